package io.pithead.web.admin;

import io.pithead.coordinator.account.AccountFacade;
import io.pithead.coordinator.ledger.WalletFacade;
import io.pithead.coordinator.settlement.PayoutFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Account;
import io.pithead.protocol.admin.AccountRequest;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.wallet.Entry;
import io.pithead.protocol.wallet.PayoutAddress;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** Tenants. */
@Path("v1/admin/accounts")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class AccountsResource {
    @EJB
    AccountFacade accounts;

    @Inject
    PayoutFacade payouts;

    @Inject
    WalletFacade wallets;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = Account.class)
    public Response create(AccountRequest request, @Context SecurityContext security) {
        Account created = accounts.create(Callers.of(security), request);
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    @GET
    public Page<Account> list(@BeanParam PageRequest page) {
        return accounts.list(page.cursor(), page.limit());
    }

    @GET
    @Path("{id}")
    public Account get(@PathParam("id") UUID id) {
        return accounts.get(id);
    }

    /** What moved, as the account itself sees it: the newest first. */
    @GET
    @Path("{id}/ledger")
    public Page<Entry> ledger(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        accounts.get(id);
        return wallets.entries(id, page.limit(), page.cursor());
    }

    @POST
    @Path("{id}/disable")
    public Account disable(@PathParam("id") UUID id, @Context SecurityContext security) {
        return accounts.disable(Callers.of(security), id);
    }

    /** For whoever lost the wallet that is paid. */
    @PUT
    @Path("{id}/payout")
    @Consumes(MediaType.APPLICATION_JSON)
    public PayoutAddress payout(@PathParam("id") UUID id, PayoutAddress address, @Context SecurityContext security) {
        return payouts.setFor(Callers.of(security), id, address);
    }
}
