package io.pithead.web.api;

import static jakarta.ws.rs.core.Response.Status.CREATED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.idempotency.IdempotencyTicket;
import io.pithead.coordinator.task.ContainerFigures;
import io.pithead.coordinator.task.ContainerMetricsFacade;
import io.pithead.coordinator.task.TaskFacade;
import io.pithead.coordinator.task.TaskFileFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.TaskFile;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskView;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.idempotency.Tickets;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /tasks}: containers on nodes, in the shapes of the Prime README. */
@Path("tasks")
@RequestScoped
@Secured(value = Scope.BUYER, openInDemo = true)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class TaskResource {
    @Inject
    TaskFacade tasks;

    @Inject
    TaskFileFacade files;

    @Inject
    ContainerMetricsFacade metrics;

    @Context
    SecurityContext security;

    @Context
    HttpServletRequest request;

    /** The Prime README's envelope around one task. */
    public record TaskAnswer(boolean success, JsonNode task) {
        static TaskAnswer of(TaskView task) {
            return new TaskAnswer(true, flat(task));
        }
    }

    /** The same around a page of them. */
    public record TasksAnswer(
            boolean success, List<JsonNode> tasks, @Nullable String nextCursor) {}

    /** The same around a page of what its containers brought; the bytes are at {@code /v1/artifacts/{sha256}}. */
    public record FilesAnswer(
            boolean success, List<TaskFile> files, @Nullable String nextCursor) {}

    /** The same around what each of its containers used when its node last told. */
    public record FiguresAnswer(boolean success, List<Used> containers) {}

    /** One container's figures; {@code address} is its node's. */
    public record Used(UUID job, UUID address, Instant at, ContainerMetrics metrics) {
        static Used of(ContainerFigures figures) {
            return new Used(figures.job(), figures.node(), figures.at(), figures.metrics());
        }
    }

    /** The envelope around nothing. */
    public record Done(boolean success) {}

    @POST
    @Answer(status = 201, value = TaskAnswer.class)
    public Response create(TaskRequest task) {
        IdempotencyTicket ticket = Tickets.of(request);
        Caller caller = caller();
        TaskView created = tasks.create(
                caller.accountId(),
                actor(caller),
                task,
                (connection, taken) ->
                        ticket.store(connection, CREATED.getStatusCode(), Json.write(TaskAnswer.of(taken))));
        return Response.status(CREATED).entity(TaskAnswer.of(created)).build();
    }

    /** What it would come to, were it made now. */
    @POST
    @Path("plan")
    @NotIdempotent
    public PlanView plan(TaskRequest task) {
        return tasks.plan(caller().accountId(), task);
    }

    @GET
    public TasksAnswer list(@BeanParam PageRequest page) {
        Page<TaskView> found = tasks.list(caller().accountId(), page.limit(), page.cursor());
        return new TasksAnswer(
                true, found.items().stream().map(TaskResource::flat).toList(), found.nextCursor());
    }

    @GET
    @Path("{id}")
    public TaskAnswer get(@PathParam("id") UUID id) {
        return TaskAnswer.of(tasks.get(caller().accountId(), id));
    }

    @GET
    @Path("{id}/files")
    public FilesAnswer files(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        Page<TaskFile> found = files.list(caller().accountId(), id, page.limit(), page.cursor());
        return new FilesAnswer(true, found.items(), found.nextCursor());
    }

    @GET
    @Path("{id}/metrics")
    public FiguresAnswer metrics(@PathParam("id") UUID id) {
        // a task of nobody or of somebody else is none, and one whose containers have told nothing is one
        tasks.get(caller().accountId(), id);
        return new FiguresAnswer(
                true,
                metrics.ofTask(caller().accountId(), id).stream().map(Used::of).toList());
    }

    /** Stops it; what it did stays to be read. */
    @DELETE
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    public Done delete(@PathParam("id") UUID id) {
        Caller caller = caller();
        tasks.stop(caller.accountId(), actor(caller), id);
        return new Done(true);
    }

    @POST
    @Path("{id}/stop")
    @Consumes(MediaType.WILDCARD)
    public TaskAnswer stop(@PathParam("id") UUID id) {
        Caller caller = caller();
        return TaskAnswer.of(tasks.stop(caller.accountId(), actor(caller), id));
    }

    @POST
    @Path("{id}/pause")
    @Consumes(MediaType.WILDCARD)
    public TaskAnswer pause(@PathParam("id") UUID id) {
        return TaskAnswer.of(tasks.pause(caller().accountId(), id));
    }

    @POST
    @Path("{id}/resume")
    @Consumes(MediaType.WILDCARD)
    public TaskAnswer resume(@PathParam("id") UUID id) {
        return TaskAnswer.of(tasks.resume(caller().accountId(), id));
    }

    /** A task shows what was asked for beside what became of it, all on one level, as the Prime protocol has it. */
    private static JsonNode flat(TaskView task) {
        ObjectNode view = (ObjectNode) Json.toTree(task);
        JsonNode asked = view.remove("request");
        asked.properties().forEach(member -> {
            if (!view.has(member.getKey())) {
                view.set(member.getKey(), member.getValue());
            }
        });
        return view;
    }

    private Caller caller() {
        return Callers.of(security);
    }

    private static String actor(Caller caller) {
        return "buyer:" + caller.keyHint();
    }
}
