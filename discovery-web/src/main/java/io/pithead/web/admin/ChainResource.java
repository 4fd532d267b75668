package io.pithead.web.admin;

import io.pithead.coordinator.chain.ChainFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.chain.Chains;
import io.pithead.protocol.chain.StuckTransaction;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** Chains: how far each was read, what waits, what is stuck and why. */
@Path("v1/admin/chain")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class ChainResource {
    @Inject
    ChainFacade chains;

    @Context
    SecurityContext security;

    @GET
    public Chains chains() {
        return new Chains(chains.states());
    }

    @GET
    @Path("{chain}/stuck")
    public Page<StuckTransaction> stuck(@PathParam("chain") long chain, @BeanParam PageRequest page) {
        return chains.stuck(chain, page.cursor(), page.limit());
    }

    @POST
    @Path("{chain}/stuck/{id}/retry")
    @Answer(status = 204, value = Void.class)
    public Response retry(@PathParam("chain") long chain, @PathParam("id") UUID id) {
        chains.retry(Callers.of(security), chain, id);
        return Response.noContent().build();
    }

    @POST
    @Path("{chain}/reindex")
    @Answer(status = 204, value = Void.class)
    public Response reindex(@PathParam("chain") long chain) {
        chains.reindex(Callers.of(security), chain);
        return Response.noContent().build();
    }
}
