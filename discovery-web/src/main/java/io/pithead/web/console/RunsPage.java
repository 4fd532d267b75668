package io.pithead.web.console;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.run.RunFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.run.RunView;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A buyer's runs on chains, and the nodes in them. */
@Path("console/a/{account}/runs")
@RequestScoped
@ForUsers(UserRole.BUYER)
public class RunsPage {
    @Inject
    RunFacade runs;

    @Context
    SecurityContext security;

    @PathParam("account")
    UUID account;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<RunView> found = runs.list(caller().accountId(), page.limit(), page.cursor());
        var next = new LinkedHashMap<String, @Nullable Object>();
        next.put("cursor", found.nextCursor());
        return Html.answer(Seat.of(security)
                .sheet(
                        "Runs",
                        root(),
                        List.of(new Block.Table(
                                "Runs, newest first",
                                List.of(
                                        Block.Column.of("Run"),
                                        Block.Column.of("State"),
                                        Block.Column.right("Nodes"),
                                        Block.Column.right("Budget"),
                                        Block.Column.right("Credited"),
                                        Block.Column.of("Ends"),
                                        Block.Column.wide("Problem")),
                                found.items().stream()
                                        .map(run -> List.of(
                                                new Cell.Link(run.name(), root() + "/" + run.id()),
                                                Cell.text(run.state().toLowerCase(Locale.ROOT)),
                                                Cell.text(run.nodes() + " of " + run.maxNodes()),
                                                Cell.amount(run.budget()),
                                                Cell.amount(run.escrow().credited()),
                                                Cell.time(run.endsAt()),
                                                Cell.text(run.problem())))
                                        .toList(),
                                "No run yet: pithead run create makes one, on a server that has a chain.",
                                found.nextCursor() == null ? null : Paths.of(root(), next)))));
    }

    @GET
    @Path("{id}")
    public Response run(
            @PathParam("id") UUID id, @QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Caller caller = caller();
        RunView run = runs.get(caller.accountId(), id);
        Page<RunNode> nodes = runs.nodes(caller.accountId(), id, page.limit(), page.addressCursor());
        String path = root() + "/" + id;
        var next = new LinkedHashMap<String, @Nullable Object>();
        next.put("cursor", nodes.nextCursor());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(Block.Facts.of("Run")
                .with("State", Cell.text(run.state().toLowerCase(Locale.ROOT)))
                .maybe("Problem", Cell.text(run.problem()))
                .with("Chain", Cell.number(run.chain()))
                .maybe("Number there", Cell.text(run.number()))
                .with("Owner", Cell.code(run.owner()))
                .with("Manager", Cell.code(run.manager()))
                .maybe("Requirements", Cell.text(run.requirements()))
                .with("Nodes", Cell.text(run.nodes() + " of " + run.maxNodes()))
                .with("Ends", Cell.time(run.endsAt()))
                .with("Created", Cell.time(run.createdAt()))
                .with("Id", Cell.code(id)));
        blocks.add(Block.Facts.of("Budget")
                .with("Budget", Cell.amount(run.budget()))
                .with("Reserved", Cell.amount(run.escrow().reserved()))
                .with("Credited", Cell.amount(run.escrow().credited()))
                .with("Released", Cell.amount(run.escrow().released()))
                .with("Returned", Cell.amount(run.escrow().returned())));
        blocks.add(new Block.Acts(List.of(
                Form.post("Start", path + "/start"),
                Form.post("Close", path + "/close").dangerous())));
        blocks.add(new Block.Table(
                "Nodes",
                List.of(
                        Block.Column.wide("Node"),
                        Block.Column.of("State"),
                        Block.Column.of("Reason"),
                        Block.Column.wide("Provider"),
                        Block.Column.of("Since")),
                nodes.items().stream()
                        .map(node -> List.of(
                                Cell.code(node.address()),
                                Cell.text(node.state().toLowerCase(Locale.ROOT)),
                                Cell.text(node.reason()),
                                Cell.code(node.provider()),
                                Cell.time(node.since())))
                        .toList(),
                "No node has joined yet: they are invited as they announce themselves.",
                nodes.nextCursor() == null ? null : Paths.of(path, next)));
        return Html.answer(
                Seat.of(security).sheet(run.name(), root(), List.of(new Sheet.Item("Runs", root(), false)), blocks));
    }

    @POST
    @Path("{id}/start")
    public Response start(@PathParam("id") UUID id) {
        runs.start(caller().accountId(), id);
        return Done.STARTED.at(root() + "/" + id);
    }

    @POST
    @Path("{id}/close")
    public Response close(@PathParam("id") UUID id) {
        runs.close(caller().accountId(), id);
        return Done.CLOSED.at(root() + "/" + id);
    }

    private Caller caller() {
        return Seat.of(security).buyer(account);
    }

    private String root() {
        return "/console/a/" + account + "/runs";
    }
}
