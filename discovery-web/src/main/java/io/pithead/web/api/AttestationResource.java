package io.pithead.web.api;

import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What validators found, signed: whoever reads it need not believe this server. */
@Path("v1/attestations")
@RequestScoped
@OpenToAll("attestations are for everybody who would rely on a node")
@Produces(MediaType.APPLICATION_JSON)
public class AttestationResource {
    @Inject
    AttestationFacade attestations;

    @GET
    public Page<Attestation> list(
            @QueryParam("node") @Nullable String node,
            @QueryParam("validator") @Nullable String validator,
            @BeanParam PageRequest page) {
        return attestations.list(
                Queries.address("node", node),
                Queries.address("validator", validator),
                page.numberCursor(),
                page.limit());
    }

    @GET
    @Path("{challenge}")
    public Attestation get(@PathParam("challenge") UUID challenge) {
        return attestations.get(challenge);
    }
}
