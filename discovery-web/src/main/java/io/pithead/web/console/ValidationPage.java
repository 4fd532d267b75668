package io.pithead.web.console;

import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.coordinator.sanction.SanctionFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.verify.VerificationFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.chain.Sanction;
import io.pithead.protocol.challenge.Attestation;
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
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What validators found, where providers disagreed, and what followed. */
@Path("console/validation")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class ValidationPage {
    private static final String ROOT = "/console/validation";
    private static final int LATEST = 20;

    @Inject
    AttestationFacade attestations;

    @Inject
    VerificationFacade verifications;

    @Inject
    SanctionFacade sanctions;

    @Context
    SecurityContext security;

    @GET
    public Response validation(@QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Seat seat = Seat.of(security);
        Page<Attestation> found = attestations.list(null, null, page.numberCursor(), page.limit());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(new Block.Table(
                "Where providers disagreed",
                List.of(
                        Block.Column.of("When"),
                        Block.Column.of("Job"),
                        Block.Column.of("Decision"),
                        Block.Column.wide("Reason")),
                verifications.disagreements(LATEST, null).items().stream()
                        .map(one -> List.of(
                                Cell.time(one.at()),
                                Cell.id(one.job(), "/console/jobs/" + one.job()),
                                Cell.text(one.decision()),
                                Cell.text(one.reason())))
                        .toList(),
                "Nowhere. Jobs of which several providers answer differently are listed here.",
                null));
        blocks.add(new Block.Table(
                "Sanctions",
                List.of(
                        Block.Column.of("Changed"),
                        Block.Column.of("State"),
                        Block.Column.wide("Node"),
                        Block.Column.right("Stake"),
                        Block.Column.wide("Refused for"),
                        Block.Column.of("Do")),
                sanctions.list(null, null, null, null, LATEST).items().stream()
                        .map(one -> List.of(
                                Cell.time(one.changedAt()),
                                Cell.text(one.state().name().toLowerCase(Locale.ROOT)),
                                Cell.code(one.node()),
                                Cell.amount(one.amount()),
                                Cell.text(one.refusal()),
                                seat.operates() && one.state() == Sanction.State.REFUSED
                                        ? new Cell.Act(Form.post("Retry", ROOT + "/sanctions/" + one.id() + "/retry")
                                                .of("the sanction of " + one.node()))
                                        : Cell.NONE))
                        .toList(),
                "None. A node that validators reject, round after round, is listed here.",
                null));
        blocks.add(NodeBlocks.attestations("Attestations", found.items(), Paths.next(ROOT, found.nextCursor())));
        return Html.answer(seat.sheet("Validation", ROOT, blocks));
    }

    @POST
    @Path("sanctions/{id}/retry")
    public Response retry(@PathParam("id") UUID id) {
        sanctions.retry(Seat.of(security).operator(), id);
        return Done.RETRIED.at(ROOT);
    }
}
