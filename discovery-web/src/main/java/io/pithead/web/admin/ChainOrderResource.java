package io.pithead.web.admin;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.chain.ChainOrders;
import io.pithead.protocol.chain.ChainOrder;
import io.pithead.protocol.chain.MintRequest;
import io.pithead.protocol.chain.OrderRequest;
import io.pithead.protocol.chain.StakeTerms;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.signing.Address;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
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

/** What the operator has done on a chain; each order is answered before it is carried out, and can be followed. */
@Path("v1/admin/chain")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class ChainOrderResource {
    @Inject
    ChainOrders orders;

    @Context
    SecurityContext security;

    @POST
    @Path("{chain}/providers/{address}/{order}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 202, value = ChainOrder.class)
    public Response provider(
            @PathParam("chain") long chain,
            @PathParam("address") String address,
            @PathParam("order") String order,
            OrderRequest request) {
        return accepted(orders.provider(Callers.of(security), chain, order, address(address), request.reason()));
    }

    @POST
    @Path("{chain}/nodes/{address}/{order}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 202, value = ChainOrder.class)
    public Response node(
            @PathParam("chain") long chain,
            @PathParam("address") String address,
            @PathParam("order") String order,
            OrderRequest request) {
        return accepted(orders.node(Callers.of(security), chain, order, address(address), request.reason()));
    }

    @POST
    @Path("{chain}/validators/{address}/{order}")
    @Answer(status = 202, value = ChainOrder.class)
    public Response validator(
            @PathParam("chain") long chain, @PathParam("address") String address, @PathParam("order") String order) {
        return accepted(orders.validator(Callers.of(security), chain, order, address(address)));
    }

    @POST
    @Path("{chain}/contracts/{contract}/pause")
    @Answer(status = 202, value = ChainOrder.class)
    public Response pause(@PathParam("chain") long chain, @PathParam("contract") String contract) {
        return accepted(orders.pause(Callers.of(security), chain, contract, true));
    }

    @POST
    @Path("{chain}/contracts/{contract}/unpause")
    @Answer(status = 202, value = ChainOrder.class)
    public Response unpause(@PathParam("chain") long chain, @PathParam("contract") String contract) {
        return accepted(orders.pause(Callers.of(security), chain, contract, false));
    }

    @POST
    @Path("{chain}/tokens")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 202, value = ChainOrder.class)
    public Response mint(@PathParam("chain") long chain, MintRequest request) {
        return accepted(orders.mint(Callers.of(security), chain, request));
    }

    @POST
    @Path("{chain}/stake-terms")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 202, value = ChainOrder.class)
    public Response announce(@PathParam("chain") long chain, StakeTerms terms) {
        return accepted(orders.announce(Callers.of(security), chain, terms));
    }

    @POST
    @Path("{chain}/stake-terms/{order}/apply")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 202, value = ChainOrder.class)
    public Response apply(@PathParam("chain") long chain, @PathParam("order") UUID order, StakeTerms terms) {
        return accepted(orders.apply(Callers.of(security), chain, order, terms));
    }

    @GET
    @Path("{chain}/transactions/{id}")
    public ChainOrder transaction(@PathParam("chain") long chain, @PathParam("id") UUID id) {
        return orders.find(chain, id);
    }

    private static Response accepted(ChainOrder order) {
        return Response.accepted(order).build();
    }

    private static Address address(String text) {
        return Address.parse(text)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "This is no address."));
    }
}
