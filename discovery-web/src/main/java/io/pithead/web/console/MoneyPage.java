package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.coordinator.settlement.ReconcileFacade;
import io.pithead.coordinator.settlement.SettlementFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.wallet.Deposit;
import io.pithead.protocol.wallet.Epoch;
import io.pithead.protocol.wallet.Reconciliation;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deposits that wait, epochs, and whether the books agree. */
@Path("console/money")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class MoneyPage {
    private static final String ROOT = "/console/money";
    private static final int EPOCHS = 20;

    @Inject
    DepositFacade deposits;

    @Inject
    SettlementFacade epochs;

    @Inject
    ReconcileFacade books;

    @Context
    SecurityContext security;

    @GET
    public Response money(@QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Seat seat = Seat.of(security);
        Page<Deposit> waiting = deposits.pending(page.limit(), page.cursor());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(new Block.Table(
                "Deposits to confirm",
                List.of(
                        Block.Column.of("Asked"),
                        Block.Column.right("Amount"),
                        Block.Column.wide("Reference"),
                        Block.Column.of("Deposit"),
                        Block.Column.of("Do")),
                waiting.items().stream()
                        .map(one -> List.of(
                                Cell.time(one.createdAt()),
                                Cell.amount(one.amount()),
                                Cell.text(one.reference()),
                                Cell.code(Cell.shorten(one.id())),
                                seat.operates() ? decide(one) : Cell.NONE))
                        .toList(),
                "None waits.",
                Paths.next(ROOT, waiting.nextCursor())));
        blocks.add(new Block.Acts(
                seat.operates()
                        ? List.of(
                                Form.post("Close the epoch", ROOT + "/close"),
                                Form.get("Reconcile with the chain", ROOT + "/reconcile"))
                        : List.of(Form.get("Reconcile with the chain", ROOT + "/reconcile"))));
        blocks.add(new Block.Table(
                "Epochs, newest first",
                List.of(
                        Block.Column.right("Epoch"),
                        Block.Column.of("State"),
                        Block.Column.right("Paid"),
                        Block.Column.right("Total"),
                        Block.Column.right("Leaves"),
                        Block.Column.wide("Root"),
                        Block.Column.of("Begun"),
                        Block.Column.of("Active")),
                epochs().stream()
                        .map(one -> List.of(
                                Cell.number(one.epoch()),
                                Cell.text(one.state()),
                                Cell.amount(one.paid()),
                                Cell.amount(one.total()),
                                one.leaves() == null ? Cell.NONE : Cell.number(one.leaves()),
                                Cell.code(one.root()),
                                Cell.time(one.startedAt()),
                                Cell.time(one.activeAt())))
                        .toList(),
                "No epoch yet: they need a chain that settles.",
                null));
        return Html.answer(seat.sheet("Money", ROOT, blocks));
    }

    /** Without a chain that settles there are none. */
    private List<Epoch> epochs() {
        try {
            return epochs.epochs(null, EPOCHS).items();
        } catch (CoordinatorException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private static Cell decide(Deposit deposit) {
        return new Cell.Several(List.of(
                new Cell.Act(Form.post("Confirm", ROOT + "/deposits/" + deposit.id() + "/confirm")
                        .of("the deposit of " + deposit.amount())),
                new Cell.Act(Form.post("Refuse", ROOT + "/deposits/" + deposit.id() + "/refuse")
                        .dangerous()
                        .of("the deposit of " + deposit.amount()))));
    }

    @POST
    @Path("deposits/{id}/confirm")
    public Response confirm(@PathParam("id") UUID id) {
        deposits.decide(id, true, Seat.of(security).operator());
        return Done.CONFIRMED.at(ROOT);
    }

    @POST
    @Path("deposits/{id}/refuse")
    public Response refuse(@PathParam("id") UUID id) {
        deposits.decide(id, false, Seat.of(security).operator());
        return Done.REFUSED.at(ROOT);
    }

    @POST
    @Path("close")
    public Response close() {
        epochs.close(Seat.of(security).operator());
        return Done.CLOSING.at(ROOT);
    }

    @GET
    @Path("reconcile")
    public Response reconcile() {
        Reconciliation found = books.reconcile();
        return Html.answer(Seat.of(security)
                .sheet(
                        "Reconciliation",
                        ROOT,
                        List.of(new Sheet.Item("Money", ROOT, false)),
                        List.of(
                                found.differences().isEmpty()
                                        ? new Block.Notice(Tone.GOOD, "The books and the chain agree.")
                                        : new Block.Notice(Tone.BAD, "The books and the chain do not agree."),
                                Block.Facts.of("Chain " + found.chain())
                                        .maybe("Epoch", Cell.text(found.epoch()))
                                        .with("Withdrawn", Cell.amount(found.withdrawn()))
                                        .with("Leaves", Cell.amount(found.leaves()))
                                        .with("Funded", Cell.amount(found.funded()))
                                        .with("Total", Cell.amount(found.total()))
                                        .with("Claimed", Cell.amount(found.claimed()))
                                        .with("Looked", Cell.time(found.at())),
                                new Block.Table(
                                        "Differences",
                                        List.of(
                                                Block.Column.of("Kind"),
                                                Block.Column.wide("Of"),
                                                Block.Column.right("Expected"),
                                                Block.Column.right("Found")),
                                        found.differences().stream()
                                                .map(one -> List.of(
                                                        Cell.text(one.kind()),
                                                        Cell.code(one.subject()),
                                                        Cell.amount(one.expected()),
                                                        Cell.amount(one.found())))
                                                .toList(),
                                        "None.",
                                        null))));
    }
}
