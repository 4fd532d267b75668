package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispute.DisputeFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.DisputeRow;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.job.DisputeView.State;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Results that buyers hold for wrong, how far that is judged, and by what. */
@Path("console/disputes")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class DisputesPage {
    static final String ROOT = "/console/disputes";
    private static final String JOBS = "/console/jobs";

    @Inject
    DisputeFacade disputes;

    @Context
    SecurityContext security;

    @GET
    public Response list(@QueryParam("state") @Nullable String state, @BeanParam PageRequest page) {
        State wanted = state(state);
        Page<DisputeRow> found = disputes.list(wanted, page.limit(), page.cursor());
        var filter = new LinkedHashMap<String, @Nullable Object>();
        filter.put("state", wanted);
        filter.put("cursor", found.nextCursor());
        Form show = Form.get("Show", ROOT).choice("state", "State", wanted == null ? "" : wanted.name(), states());
        return Html.answer(Seat.of(security)
                .sheet(
                        "Disputes",
                        ROOT,
                        List.of(
                                new Block.Acts(List.of(show)),
                                new Block.Table(
                                        "Disputes of all accounts, newest first",
                                        List.of(
                                                Block.Column.of("Opened"),
                                                Block.Column.of("State"),
                                                Block.Column.of("Job"),
                                                Block.Column.of("Workload"),
                                                Block.Column.of("Account"),
                                                Block.Column.right("Deposit"),
                                                Block.Column.right("Refunded"),
                                                Block.Column.of("Deadline"),
                                                Block.Column.of("Decided"),
                                                Block.Column.of("Evidence")),
                                        found.items().stream()
                                                .map(DisputesPage::row)
                                                .toList(),
                                        "None. A buyer who holds a result for wrong opens one on the job's page.",
                                        found.nextCursor() == null ? null : Paths.of(ROOT, filter)))));
    }

    private static List<Cell> row(DisputeRow dispute) {
        return List.of(
                Cell.time(dispute.openedAt()),
                state(dispute.state()),
                Cell.id(dispute.job(), JOBS + "/" + dispute.job()),
                Cell.text(dispute.workload()),
                Cell.id(dispute.account(), JOBS + "?account=" + dispute.account()),
                Cell.amount(dispute.deposit()),
                Cell.amount(dispute.refunded()),
                Cell.time(dispute.deadline()),
                Cell.time(dispute.decidedAt()),
                new Cell.Link(
                        dispute.answered() + " of " + dispute.replicas() + " answered", ROOT + "/" + dispute.id()));
    }

    private static Cell state(State state) {
        return new Cell.State(
                state.name().toLowerCase(Locale.ROOT),
                switch (state) {
                    case OPEN -> Tone.WARN;
                    case UPHELD -> Tone.BAD;
                    case REJECTED -> Tone.GOOD;
                    case UNDECIDED -> Tone.CALM;
                });
    }

    private static List<Form.Option> states() {
        return Stream.concat(
                        Stream.of(new Form.Option("", "all")),
                        Arrays.stream(State.values())
                                .map(state -> new Form.Option(
                                        state.name(), state.name().toLowerCase(Locale.ROOT))))
                .toList();
    }

    private static @Nullable State state(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return null;
        }
        return Arrays.stream(State.values())
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.MALFORMED_REQUEST,
                        "A parameter is wrong.",
                        Map.of("state", "must be a dispute's state")));
    }

    @GET
    @Path("{id}")
    public Response dispute(@PathParam("id") UUID id) {
        DisputeView dispute = disputes.find(id);
        return Html.answer(Seat.of(security)
                .sheet(
                        "Dispute " + Cell.shorten(id),
                        ROOT,
                        List.of(new Sheet.Item("Disputes", ROOT, false)),
                        List.of(
                                Block.Facts.of("About")
                                        .with("Job", Cell.id(dispute.job(), JOBS + "/" + dispute.job()))
                                        .maybe("Its result", Cell.code(dispute.outputSha()))
                                        .with("Id", Cell.code(id)),
                                JobBlocks.dispute(dispute),
                                new Block.Table(
                                        "What replicas answered",
                                        List.of(
                                                Block.Column.right("Replica"),
                                                Block.Column.of("Verdict"),
                                                Block.Column.wide("Result")),
                                        dispute.items().stream()
                                                .map(one -> List.of(
                                                        Cell.number(one.number()),
                                                        Cell.text(
                                                                one.verdict() == null
                                                                        ? null
                                                                        : one.verdict()
                                                                                .toLowerCase(Locale.ROOT)),
                                                        Cell.code(one.outputSha())))
                                                .toList(),
                                        "None is placed yet. Results are shown when it is decided.",
                                        null))));
    }
}
