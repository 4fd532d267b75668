package io.pithead.web.console;

import io.pithead.coordinator.chain.ChainFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.chain.ChainView;
import io.pithead.protocol.chain.StuckTransaction;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
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

/** How far each chain is read, what waits, and what is stuck. */
@Path("console/chain")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class ChainPage {
    private static final String ROOT = "/console/chain";
    private static final int STUCK = 50;

    @Inject
    ChainFacade chains;

    @Context
    SecurityContext security;

    @GET
    public Response chains(@QueryParam("done") @Nullable String done) {
        Seat seat = Seat.of(security);
        List<ChainView> states = chains.states();
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(new Block.Table(
                "Chains",
                List.of(
                        Block.Column.of("Chain"),
                        Block.Column.of("State"),
                        Block.Column.right("Head"),
                        Block.Column.right("Final"),
                        Block.Column.right("Lag"),
                        Block.Column.right("Pending"),
                        Block.Column.right("Stuck"),
                        Block.Column.of("Seen"),
                        Block.Column.of("Do")),
                states.stream().map(chain -> row(chain, seat.operates())).toList(),
                "No chain is configured; pithead runs without one, and pays by deposits and withdrawals.",
                null));
        for (ChainView chain : states) {
            if (chain.stuck() > 0) {
                blocks.add(stuck(chain, seat.operates()));
            }
        }
        return Html.answer(seat.sheet("Chain", ROOT, blocks));
    }

    private static List<Cell> row(ChainView chain, boolean operates) {
        String trouble = chain.halted() != null ? chain.halted() : chain.fault();
        return List.of(
                Cell.text(chain.name() + " (" + chain.chainId() + ")"),
                trouble == null ? new Cell.State("in step", Tone.GOOD) : new Cell.State(trouble, Tone.BAD),
                Cell.text(chain.head()),
                Cell.text(chain.finalised()),
                Cell.number(chain.lagBlocks()),
                Cell.number(chain.pending()),
                Cell.number(chain.stuck()),
                Cell.time(chain.seenAt()),
                operates
                        ? new Cell.Act(Form.post("Read anew", ROOT + "/" + chain.chainId() + "/reindex")
                                .of(chain.name()))
                        : Cell.NONE);
    }

    private Block stuck(ChainView chain, boolean operates) {
        return new Block.Table(
                "Stuck on " + chain.name(),
                List.of(
                        Block.Column.of("Since"),
                        Block.Column.of("Purpose"),
                        Block.Column.of("State"),
                        Block.Column.wide("Error"),
                        Block.Column.of("Do")),
                chains.stuck(chain.chainId(), null, STUCK).items().stream()
                        .map(one -> List.of(
                                Cell.time(one.changedAt()),
                                Cell.text(one.purpose()),
                                Cell.text(one.state()),
                                Cell.text(error(one)),
                                operates
                                        ? new Cell.Act(Form.post(
                                                        "Retry",
                                                        ROOT + "/" + chain.chainId() + "/stuck/" + one.id() + "/retry")
                                                .of(one.purpose()))
                                        : Cell.NONE))
                        .toList(),
                "",
                null);
    }

    private static @Nullable String error(StuckTransaction transaction) {
        return transaction.errorCode() == null
                ? transaction.error()
                : transaction.errorCode() + ": " + transaction.error();
    }

    @POST
    @Path("{chain}/stuck/{id}/retry")
    public Response retry(@PathParam("chain") long chain, @PathParam("id") UUID id) {
        chains.retry(Seat.of(security).operator(), chain, id);
        return Done.RETRIED.at(ROOT);
    }

    @POST
    @Path("{chain}/reindex")
    public Response reindex(@PathParam("chain") long chain) {
        chains.reindex(Seat.of(security).operator(), chain);
        return Done.INDEXING.at(ROOT);
    }
}
