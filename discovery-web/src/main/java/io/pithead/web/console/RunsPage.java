package io.pithead.web.console;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.run.RunFacade;
import io.pithead.coordinator.run.RunPlans;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.run.RunRequest;
import io.pithead.protocol.run.RunView;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

    @Inject
    RunPlans plans;

    @Context
    SecurityContext security;

    @PathParam("account")
    UUID account;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<RunView> found = runs.list(caller().accountId(), page.limit(), page.cursor());
        return Html.answer(Seat.of(security)
                .sheet(
                        "Runs",
                        root(),
                        List.of(
                                new Block.Acts(List.of(Form.get("Plan a run", root() + "/new"))),
                                new Block.Table(
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
                                        "No run yet: plan one, on a server that has a chain.",
                                        Paths.next(root(), found.nextCursor())))));
    }

    @GET
    @Path("new")
    public Response asking() {
        caller();
        Form form = Form.post("Show what it comes to", root() + "/plan")
                .main()
                .with("name", "Name", Form.Kind.TEXT, true, "")
                .with("chain", "Chain", Form.Kind.TEXT, true, "Its number: one of those that this server follows.")
                .with("requirements", "Requirements", Form.Kind.TEXT, false, "Such as gpu:count=8;ram_mb=65536.")
                .filled("max_nodes", "Nodes at most", Form.Kind.TEXT, "10", true, "")
                .filled("max_units", "Units of one node in an epoch at most", Form.Kind.TEXT, "1000", true, "")
                .filled("days", "Ends in so many days", Form.Kind.TEXT, "7", true, "")
                .with("budget", "Budget", Form.Kind.TEXT, false, "Leaves the wallet for the run's escrow.");
        return Html.answer(Seat.of(security)
                .sheet("Plan a run", root(), trail(), List.of(new Block.Ask("What is wanted", form, false))));
    }

    /** What it would come to, and the button that makes it. */
    @POST
    @Path("plan")
    public Response plan(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("chain") @DefaultValue("") String chain,
            @FormParam("requirements") @DefaultValue("") String requirements,
            @FormParam("max_nodes") @DefaultValue("") String maxNodes,
            @FormParam("max_units") @DefaultValue("") String maxUnits,
            @FormParam("days") @DefaultValue("") String days,
            @FormParam("budget") @DefaultValue("") String budget)
            throws InvalidPayloadException {
        Caller caller = caller();
        var request = new LinkedHashMap<String, Object>();
        request.put("name", name.strip());
        request.put("chain", Forms.number("chain", chain));
        Forms.put(request, "requirements", requirements);
        request.put("max_nodes", Forms.number("max_nodes", maxNodes));
        request.put("max_units", Forms.number("max_units", maxUnits));
        request.put("ends_at", Instant.now().plus(Forms.days("days", days)).toString());
        Forms.put(request, "budget", budget);
        PlanView plan = plans.plan(caller.accountId(), Json.bind(Json.toTree(request), RunRequest.class));
        Form confirm = Form.post("Create the run", root()).hidden("request", Json.text(request));
        return Html.answer(
                Seat.of(security).sheet("What this run comes to", root(), trail(), PlanBlocks.of(plan, confirm)));
    }

    @POST
    public Response create(@FormParam("request") @DefaultValue("") String request) throws InvalidPayloadException {
        RunView run = runs.create(
                caller().accountId(),
                Json.read(request.getBytes(StandardCharsets.UTF_8), RunRequest.class),
                (connection, taken) -> {});
        return Done.CREATED.at(root() + "/" + run.id());
    }

    @GET
    @Path("{id}")
    public Response run(
            @PathParam("id") UUID id, @QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Caller caller = caller();
        RunView run = runs.get(caller.accountId(), id);
        Page<RunNode> nodes = runs.nodes(caller.accountId(), id, page.limit(), page.addressCursor());
        String path = root() + "/" + id;
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
        blocks.add(RunBlocks.budget(run, Instant.now()));
        blocks.add(new Block.Acts(List.of(
                Form.post("Start", path + "/start"),
                Form.post("Close", path + "/close").dangerous())));
        if (!nodes.items().isEmpty()) {
            blocks.add(RunBlocks.topology(nodes.items()));
        }
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
                Paths.next(path, nodes.nextCursor())));
        return Html.answer(Seat.of(security).sheet(run.name(), root(), trail(), blocks));
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

    private List<Sheet.Item> trail() {
        return List.of(new Sheet.Item("Runs", root(), false));
    }

    private Caller caller() {
        return Seat.of(security).buyer(account);
    }

    private String root() {
        return "/console/a/" + account + "/runs";
    }
}
