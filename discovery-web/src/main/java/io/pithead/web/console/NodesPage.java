package io.pithead.web.console;

import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.coordinator.node.NodeBans;
import io.pithead.coordinator.node.NodeHistory;
import io.pithead.coordinator.overview.Overview.NodeRow;
import io.pithead.coordinator.overview.OverviewFacade;
import io.pithead.coordinator.reputation.ReputationFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.BanRequest;
import io.pithead.protocol.admin.NodeChange;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Nodes of all providers. */
@Path("console/nodes")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class NodesPage {
    private static final String ROOT = "/console/nodes";
    private static final int LATEST = 20;

    @Inject
    OverviewFacade overview;

    @Inject
    NodeBans bans;

    @Inject
    NodeHistory histories;

    @Inject
    ReputationFacade reputations;

    @Inject
    AttestationFacade attestations;

    @Context
    SecurityContext security;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<NodeRow> found = overview.nodes(page.limit(), page.cursor());
        return Html.answer(Seat.of(security)
                .sheet(
                        "Nodes",
                        ROOT,
                        List.of(new Block.Table(
                                "Nodes of all providers",
                                List.of(
                                        Block.Column.of("Miner"),
                                        Block.Column.of("State"),
                                        Block.Column.of("Mode"),
                                        Block.Column.right("Works on"),
                                        Block.Column.right("At once"),
                                        Block.Column.of("Last heard"),
                                        Block.Column.of("Account"),
                                        Block.Column.of("Banned for")),
                                found.items().stream()
                                        .map(node -> List.of(
                                                new Cell.Link(node.minerId(), ROOT + "/" + node.id()),
                                                NodeBlocks.state(node),
                                                Cell.text(node.mode().toLowerCase(java.util.Locale.ROOT)),
                                                Cell.number(node.held()),
                                                Cell.number(node.concurrency()),
                                                Cell.time(node.lastSeenAt()),
                                                Cell.code(Cell.shorten(node.account())),
                                                Cell.text(node.ban())))
                                        .toList(),
                                "No node has registered yet: make a provider's key, and start a miner with it.",
                                Paths.next(ROOT, found.nextCursor())))));
    }

    @GET
    @Path("{id}")
    public Response node(
            @PathParam("id") UUID id, @QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        NodeRow node = overview.node(id);
        Seat seat = Seat.of(security);
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(NodeBlocks.facts(node));
        if (seat.operates()) {
            if (node.ban() == null && !node.draining()) {
                blocks.add(new Block.Acts(List.of(Form.post("Drain", ROOT + "/" + id + "/drain"))));
            }
            blocks.add(
                    node.ban() == null
                            ? new Block.Ask(
                                    "Ban this node …",
                                    Form.post("Ban", ROOT + "/" + id + "/ban")
                                            .dangerous()
                                            .with(
                                                    "reason",
                                                    "Reason",
                                                    Form.Kind.TEXT,
                                                    true,
                                                    "Its miner is told. What it holds goes to others."),
                                    true)
                            : new Block.Acts(List.of(Form.post("Lift the ban", ROOT + "/" + id + "/unban"))));
        }
        blocks.addAll(NodeBlocks.heard(node));
        blocks.add(NodeBlocks.held(overview.held(id)));
        Page<NodeChange> changes = histories.list(id, page.numberCursor(), LATEST);
        blocks.add(NodeBlocks.history(changes.items(), Paths.next(ROOT + "/" + id, changes.nextCursor())));
        blocks.add(NodeBlocks.reputation(reputations.get(id)));
        blocks.add(NodeBlocks.work(node));
        blocks.add(NodeBlocks.hardware(node));
        String address = NodeBlocks.address(node);
        if (address != null) {
            Address.parse(address)
                    .ifPresent(parsed -> blocks.add(NodeBlocks.attestations(
                            "What validators found",
                            attestations.list(parsed, null, null, LATEST).items(),
                            null)));
        }
        return Html.answer(seat.sheet(node.minerId(), ROOT, List.of(new Sheet.Item("Nodes", ROOT, false)), blocks));
    }

    @POST
    @Path("{id}/ban")
    public Response ban(@PathParam("id") UUID id, @FormParam("reason") @DefaultValue("") String reason)
            throws InvalidPayloadException {
        BanRequest request = Json.bind(Json.toTree(Map.of("reason", reason)), BanRequest.class);
        bans.ban(Seat.of(security).operator(), id, request.reason());
        return Done.BANNED.at(ROOT + "/" + id);
    }

    @POST
    @Path("{id}/drain")
    public Response drain(@PathParam("id") UUID id) {
        bans.drain(Seat.of(security).operator(), id);
        return Done.DRAINING.at(ROOT + "/" + id);
    }

    @POST
    @Path("{id}/unban")
    public Response lift(@PathParam("id") UUID id) {
        bans.lift(Seat.of(security).operator(), id);
        return Done.FREED.at(ROOT + "/" + id);
    }
}
