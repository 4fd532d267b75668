package io.pithead.web.api;

import io.pithead.coordinator.sanction.SanctionFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.chain.Sanction;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** What followed from validators' having rejected nodes: a provider sees until when it may appeal. */
@Path("v1/sanctions")
@RequestScoped
@OpenToAll("sanctions stand on the chain, for everybody who would rely on a node")
@Produces(MediaType.APPLICATION_JSON)
public class SanctionResource {
    @Inject
    SanctionFacade sanctions;

    @GET
    public Page<Sanction> list(
            @QueryParam("node") @Nullable String node,
            @QueryParam("provider") @Nullable String provider,
            @BeanParam PageRequest page) {
        return sanctions.list(
                null,
                Queries.address("node", node),
                Queries.address("provider", provider),
                page.cursor(),
                page.limit());
    }
}
