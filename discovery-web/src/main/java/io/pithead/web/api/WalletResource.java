package io.pithead.web.api;

import static jakarta.ws.rs.core.Response.Status.CREATED;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.idempotency.IdempotencyTicket;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.coordinator.ledger.WalletFacade;
import io.pithead.coordinator.settlement.PayoutFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.wallet.Balance;
import io.pithead.protocol.wallet.Claim;
import io.pithead.protocol.wallet.Deposit;
import io.pithead.protocol.wallet.DepositRequest;
import io.pithead.protocol.wallet.Earnings;
import io.pithead.protocol.wallet.Entry;
import io.pithead.protocol.wallet.PayoutAddress;
import io.pithead.web.idempotency.Tickets;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Map;
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

    @Inject
    PayoutFacade payouts;

    @Context
    SecurityContext security;

    @Context
    HttpServletRequest http;

    @GET
    @Path("balance")
    public Balance balance() {
        return wallets.balance(caller().accountId());
    }

    @GET
    @Path("entries")
    public Page<Entry> entries(@BeanParam PageRequest page) {
        return wallets.entries(caller().accountId(), page.limit(), page.cursor());
    }

    @GET
    @Path("earnings")
    public Earnings earnings(@QueryParam("days") @DefaultValue("7") int days) {
        if (days < 1 || days > WalletFacade.MAX_DAYS) {
            throw new CoordinatorException(
                    ErrorCode.MALFORMED_REQUEST,
                    "A parameter is wrong.",
                    Map.of("days", "must be from 1 to " + WalletFacade.MAX_DAYS));
        }
        return wallets.earnings(caller().accountId(), days);
    }

    @POST
    @Path("deposits")
    @Secured(Scope.BUYER)
    @Answer(status = 201, value = Deposit.class)
    public Response deposit(DepositRequest request) {
        IdempotencyTicket ticket = Tickets.of(http);
        Deposit deposit = deposits.request(
                caller().accountId(),
                request,
                (connection, made) -> ticket.store(connection, CREATED.getStatusCode(), Json.write(made)));
        return Response.status(CREATED).entity(deposit).build();
    }

    @GET
    @Path("payout")
    @Secured(Scope.MINER)
    public PayoutAddress payout() {
        return payouts.find(caller().accountId());
    }

    /** @param signature {@code Wallet …} of this request, by the wallet that was paid until now; the first address needs none */
    @PUT
    @Path("payout")
    @Secured(Scope.MINER)
    public PayoutAddress payout(PayoutAddress address, @HeaderParam("X-Wallet-Signature") @Nullable String signature) {
        return payouts.set(caller(), address, signature);
    }

    @GET
    @Path("claim")
    @Secured(Scope.MINER)
    public Claim claim() {
        return payouts.claim(caller().accountId());
    }

    private Caller caller() {
        return Callers.of(security);
    }
}
