package io.pithead.web.console;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.coordinator.ledger.WalletFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.wallet.DepositRequest;
import io.pithead.protocol.wallet.Entry;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A buyer's money. */
@Path("console/a/{account}/wallet")
@RequestScoped
@ForUsers(UserRole.BUYER)
public class WalletPage {
    @Inject
    WalletFacade wallets;

    @Inject
    DepositFacade deposits;

    @Context
    SecurityContext security;

    @PathParam("account")
    UUID account;

    @GET
    public Response wallet(@QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Seat seat = Seat.of(security);
        Caller caller = seat.buyer(account);
        Page<Entry> entries = wallets.entries(caller.accountId(), page.limit(), page.cursor());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(MoneyBlocks.balance(wallets.balance(caller.accountId())));
        blocks.add(new Block.Ask(
                "Put money in …",
                Form.post("Ask for the deposit", root())
                        .with("amount", "Amount", Form.Kind.TEXT, true, "In tokens, such as 100 or 2.5.")
                        .with(
                                "reference",
                                "Reference",
                                Form.Kind.TEXT,
                                false,
                                "By which the operator finds your payment."),
                true));
        blocks.add(MoneyBlocks.entries(
                entries.items(),
                "Nothing has moved yet. Ask for a deposit; the operator confirms it.",
                Paths.next(root(), entries.nextCursor())));
        return Html.answer(seat.sheet("Wallet", root(), blocks));
    }

    @POST
    public Response deposit(
            @FormParam("amount") @DefaultValue("") String amount, @FormParam("reference") @Nullable String reference)
            throws InvalidPayloadException {
        var request = new LinkedHashMap<String, Object>();
        request.put("amount", amount.strip());
        if (reference != null && !reference.isBlank()) {
            request.put("reference", reference.strip());
        }
        deposits.request(
                Seat.of(security).buyer(account).accountId(),
                Json.bind(Json.toTree(request), DepositRequest.class),
                (connection, made) -> {
                    // the page that follows shows what is
                });
        return Done.REQUESTED.at(root());
    }

    private String root() {
        return "/console/a/" + account + "/wallet";
    }
}
