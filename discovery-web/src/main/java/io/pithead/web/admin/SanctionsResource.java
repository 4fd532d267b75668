package io.pithead.web.admin;

import io.pithead.coordinator.sanction.SanctionFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.chain.OrderRequest;
import io.pithead.protocol.chain.Sanction;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the operator sees of sanctions, and may do about one while its window is open or when it was refused. */
@Path("v1/admin/sanctions")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class SanctionsResource {
    @Inject
    SanctionFacade sanctions;

    @Context
    SecurityContext security;

    @GET
    public Page<Sanction> list(
            @QueryParam("state") Sanction.@Nullable State state,
            @QueryParam("node") @Nullable String node,
            @BeanParam PageRequest page) {
        return sanctions.list(state, Queries.address("node", node), null, page.cursor(), page.limit());
    }

    @POST
    @Path("{id}/withdraw")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 202, value = Sanction.class)
    public Response withdraw(@PathParam("id") UUID id, OrderRequest request) {
        return Response.accepted(sanctions.withdraw(Callers.of(security), id, request.reason()))
                .build();
    }

    @POST
    @Path("{id}/retry")
    @Answer(status = 202, value = Sanction.class)
    public Response retry(@PathParam("id") UUID id) {
        return Response.accepted(sanctions.retry(Callers.of(security), id)).build();
    }
}
