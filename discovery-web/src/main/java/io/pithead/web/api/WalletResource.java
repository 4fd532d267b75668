package io.pithead.web.api;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.coordinator.ledger.WalletFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.wallet.Balance;
import io.pithead.protocol.wallet.DepositRequest;
import io.pithead.protocol.wallet.Entry;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/** The caller's own money; there is no way to name another account's. */
@Path("v1/wallet")
@RequestScoped
@Secured({Scope.MINER, Scope.BUYER})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class WalletResource {
    @Inject
    WalletFacade wallets;

    @Inject
    DepositFacade deposits;

    @Context
    SecurityContext security;

    @GET
    @Path("balance")
    public Balance balance() {
        return wallets.balance(caller().accountId());
    }

    @GET
    @Path("entries")
    public Page<Entry> entries(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        return wallets.entries(caller().accountId(), Queries.limit(limit), Queries.cursor(cursor));
    }

    @POST
    @Path("deposits")
    @Secured(Scope.BUYER)
    public Response deposit(DepositRequest request) {
        return Response.status(Response.Status.CREATED)
                .entity(deposits.request(caller().accountId(), request, (connection, deposit) -> {}))
                .build();
    }

    private Caller caller() {
        return (Caller) security.getUserPrincipal();
    }
}
