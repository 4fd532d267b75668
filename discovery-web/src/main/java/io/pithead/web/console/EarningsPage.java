package io.pithead.web.console;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.ledger.WalletFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.wallet.Earnings;
import io.pithead.protocol.wallet.Entry;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.UUID;

/** What a provider earned. */
@Path("console/a/{account}/earnings")
@RequestScoped
@ForUsers(UserRole.PROVIDER)
public class EarningsPage {
    private static final int DAYS = 7;

    @Inject
    WalletFacade wallets;

    @Context
    SecurityContext security;

    @PathParam("account")
    UUID account;

    @GET
    public Response earnings(@BeanParam PageRequest page) {
        Seat seat = Seat.of(security);
        Caller caller = seat.provider(account);
        Page<Entry> entries = wallets.entries(caller.accountId(), page.limit(), page.cursor());
        String root = "/console/a/" + account + "/earnings";
        return Html.answer(seat.sheet(
                "Earnings",
                root,
                List.of(
                        MoneyBlocks.balance(wallets.balance(caller.accountId())),
                        machines(wallets.earnings(caller.accountId(), DAYS)),
                        MoneyBlocks.entries(
                                entries.items(),
                                "Nothing was earned yet: start a miner with this account's key.",
                                Paths.next(root, entries.nextCursor())))));
    }

    private static Block machines(Earnings earnings) {
        return new Block.Table(
                "Machines, last " + DAYS + " days" + (earnings.more() ? ", latest payments" : ""),
                List.of(
                        Block.Column.wide("Machine"),
                        Block.Column.right("Jobs"),
                        Block.Column.right("Earned"),
                        Block.Column.right("Withdrawn")),
                earnings.items().stream()
                        .map(one -> List.of(
                                one.minerId() == null ? Cell.code(one.node()) : Cell.text(one.minerId()),
                                Cell.number(one.jobs()),
                                Cell.amount(one.earned()),
                                Cell.amount(one.withdrawn())))
                        .toList(),
                "None earned anything in these days.",
                null);
    }
}
