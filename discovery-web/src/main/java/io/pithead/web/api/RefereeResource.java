package io.pithead.web.api;

import io.pithead.coordinator.verify.RefereeFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** What validators are asked to do once more. A finding is signed and may be sent again as it is. */
@Path("v1/validator/cases")
@RequestScoped
@Secured(Scope.VALIDATOR)
@NotIdempotent
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class RefereeResource {
    @Inject
    RefereeFacade referee;

    @Context
    SecurityContext security;

    @GET
    public Page<RefereeOffer> offers(@BeanParam PageRequest page) {
        return referee.offers(Callers.of(security).accountId(), page.cursor(), page.limit());
    }

    @GET
    @Path("{id}")
    public RefereeCase get(@PathParam("id") UUID id) {
        return referee.get(Callers.of(security).accountId(), id);
    }

    @POST
    @Path("{id}/finding")
    public RefereeCase find(@PathParam("id") UUID id, Finding finding) {
        return referee.find(Callers.of(security).accountId(), id, finding);
    }
}
