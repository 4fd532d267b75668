package io.pithead.web.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.task.TaskFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.TaskNode;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView;
import io.pithead.protocol.task.TaskView.Wanted;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A buyer's tasks: containers on nodes. */
@Path("console/a/{account}/tasks")
@RequestScoped
@ForUsers(UserRole.BUYER)
public class TasksPage {
    private static final List<String> SECRETS = List.of("secrets", "registry_auth");

    @Inject
    TaskFacade tasks;

    @Context
    SecurityContext security;

    @PathParam("account")
    UUID account;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<TaskView> found = tasks.list(caller().accountId(), page.limit(), page.cursor());
        return Html.answer(Seat.of(security)
                .sheet(
                        "Tasks",
                        root(),
                        List.of(
                                new Block.Acts(List.of(Form.get("Plan a task", root() + "/new"))),
                                new Block.Table(
                                        "Tasks, newest first",
                                        List.of(
                                                Block.Column.of("Task"),
                                                Block.Column.of("State"),
                                                Block.Column.wide("Image"),
                                                Block.Column.right("Spent"),
                                                Block.Column.of("Created"),
                                                Block.Column.wide("Reason")),
                                        found.items().stream()
                                                .map(task -> List.of(
                                                        new Cell.Link(task.name(), root() + "/" + task.id()),
                                                        state(task.state()),
                                                        Cell.code(task.image()),
                                                        Cell.amount(task.spent()),
                                                        Cell.time(task.createdAt()),
                                                        Cell.text(task.reason())))
                                                .toList(),
                                        "No task yet: plan one, or pithead task apply FILE.yaml.",
                                        Paths.next(root(), found.nextCursor())))));
    }

    @GET
    @Path("new")
    public Response asking() {
        caller();
        Form form = Form.post("Show what it comes to", root() + "/plan")
                .main()
                .with("name", "Name", Form.Kind.TEXT, true, "")
                .with("image", "Image", Form.Kind.TEXT, true, "Such as ubuntu:latest, best with its digest.")
                .with("cmd", "Command", Form.Kind.AREA, false, "One word a line; the image's own where this is empty.")
                .filled("replicas", "Nodes", Form.Kind.TEXT, "1", false, "Empty: every node that fits.")
                .filled("price", "Price of a node", Form.Kind.TEXT, "1", false, "")
                .with("requirements", "Requirements", Form.Kind.TEXT, false, "Such as gpu:count=1;ram_mb=8192.")
                .with("more", "All else", Form.Kind.AREA, false, "Further members of the request, as one JSON object.");
        return Html.answer(Seat.of(security)
                .sheet("Plan a task", root(), trail(), List.of(new Block.Ask("What is to run", form, false))));
    }

    /** What it would come to, and the button that makes it. */
    @POST
    @Path("plan")
    public Response plan(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("image") @DefaultValue("") String image,
            @FormParam("cmd") @DefaultValue("") String cmd,
            @FormParam("replicas") @DefaultValue("") String replicas,
            @FormParam("price") @DefaultValue("") String price,
            @FormParam("requirements") @DefaultValue("") String requirements,
            @FormParam("more") @DefaultValue("") String more)
            throws InvalidPayloadException {
        Caller caller = caller();
        ObjectNode request = Forms.object("more", more);
        // what is planned is on the next page, where a secret must not be
        for (String secret : SECRETS) {
            if (request.has(secret)) {
                throw Forms.wrong("more", "must not have " + secret + ": pithead task apply takes it");
            }
        }
        request.put("name", name.strip());
        request.put("image", image.strip());
        if (!cmd.isBlank()) {
            ArrayNode words = request.putArray("cmd");
            cmd.strip().lines().forEach(words::add);
        }
        if (!replicas.isBlank()) {
            request.put("replicas", Forms.number("replicas", replicas));
        }
        if (!price.isBlank()) {
            request.put("price", price.strip());
        }
        if (!requirements.isBlank()) {
            request.put("requirements", requirements.strip());
        }
        PlanView plan = tasks.plan(caller.accountId(), Json.bind(request, TaskRequest.class));
        Form confirm = Form.post("Create the task", root()).hidden("request", Json.text(request));
        return Html.answer(
                Seat.of(security).sheet("What this task comes to", root(), trail(), PlanBlocks.of(plan, confirm)));
    }

    @POST
    public Response create(@FormParam("request") @DefaultValue("") String request) throws InvalidPayloadException {
        Caller caller = caller();
        TaskView task = tasks.create(
                caller.accountId(),
                "buyer:" + caller.keyHint(),
                Json.read(request.getBytes(StandardCharsets.UTF_8), TaskRequest.class),
                (connection, taken) -> {});
        return Done.CREATED.at(root() + "/" + task.id());
    }

    @GET
    @Path("{id}")
    public Response task(@PathParam("id") UUID id, @QueryParam("done") @Nullable String done) {
        TaskView task = tasks.get(caller().accountId(), id);
        String path = root() + "/" + id;
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(Block.Facts.of("Task")
                .with("State", state(task.state()))
                .with("Image", Cell.code(task.image()))
                .maybe("Reason", Cell.text(task.reason()))
                .maybe("Warning", Cell.text(task.warning()))
                .maybe("Spent", Cell.amount(task.spent()))
                .with("Created", Cell.time(task.createdAt()))
                .with("Changed", Cell.time(task.updatedAt()))
                .maybe("Finished", Cell.time(task.finishedAt()))
                .with("Id", Cell.code(id)));
        if (task.finishedAt() == null && task.wanted() != Wanted.STOP) {
            blocks.add(new Block.Acts(List.of(
                    task.wanted() == Wanted.PAUSE
                            ? Form.post("Resume", path + "/resume")
                            : Form.post("Pause", path + "/pause"),
                    Form.post("Stop", path + "/stop").dangerous())));
        }
        List<TaskNode> nodes = task.nodes() == null ? List.of() : task.nodes();
        blocks.add(new Block.Table(
                "Containers",
                List.of(
                        Block.Column.of("Job"),
                        Block.Column.of("State"),
                        Block.Column.wide("Node"),
                        Block.Column.right("Restarts"),
                        Block.Column.right("Exit code"),
                        Block.Column.of("Started"),
                        Block.Column.wide("Reason")),
                nodes.stream()
                        .map(node -> List.of(
                                Cell.id(node.job(), "/console/a/" + account + "/jobs/" + node.job()),
                                Cell.text(node.state().name().toLowerCase(Locale.ROOT)),
                                Cell.code(node.address()),
                                Cell.number(node.restarts()),
                                Cell.text(node.exitCode()),
                                Cell.time(node.startedAt()),
                                Cell.text(node.reason())))
                        .toList(),
                "On no node yet: the state above says why.",
                null));
        return Html.answer(Seat.of(security).sheet(task.name(), root(), trail(), blocks));
    }

    @POST
    @Path("{id}/stop")
    public Response stop(@PathParam("id") UUID id) {
        Caller caller = caller();
        tasks.stop(caller.accountId(), "buyer:" + caller.keyHint(), id);
        return Done.STOPPED.at(root() + "/" + id);
    }

    @POST
    @Path("{id}/pause")
    public Response pause(@PathParam("id") UUID id) {
        tasks.pause(caller().accountId(), id);
        return Done.PAUSED.at(root() + "/" + id);
    }

    @POST
    @Path("{id}/resume")
    public Response resume(@PathParam("id") UUID id) {
        tasks.resume(caller().accountId(), id);
        return Done.RESUMED.at(root() + "/" + id);
    }

    private static Cell state(TaskState state) {
        return new Cell.State(
                state.name().toLowerCase(Locale.ROOT),
                switch (state) {
                    case RUNNING, COMPLETED -> Tone.GOOD;
                    case FAILED -> Tone.BAD;
                    case PENDING, PULLING, PAUSED, STOPPED -> Tone.CALM;
                });
    }

    private List<Sheet.Item> trail() {
        return List.of(new Sheet.Item("Tasks", root(), false));
    }

    private Caller caller() {
        return Seat.of(security).buyer(account);
    }

    private String root() {
        return "/console/a/" + account + "/tasks";
    }
}
