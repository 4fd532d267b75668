package io.pithead.web.admin;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.wallet.Deposit;
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
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** Deposits that wait for somebody to have seen the money. */
@Path("v1/admin/deposits")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class DepositsResource {
    @Inject
    DepositFacade deposits;

    @GET
    public Page<Deposit> pending(@BeanParam PageRequest page) {
        return deposits.pending(page.limit(), page.cursor());
    }

    @POST
    @Path("{id}/confirm")
    public Deposit confirm(@PathParam("id") UUID id, @Context SecurityContext security) {
        return decide(id, true, Callers.of(security));
    }

    @POST
    @Path("{id}/refuse")
    public Deposit refuse(@PathParam("id") UUID id, @Context SecurityContext security) {
        return decide(id, false, Callers.of(security));
    }

    private Deposit decide(UUID id, boolean confirm, Caller caller) {
        return deposits.decide(id, confirm, caller);
    }
}
