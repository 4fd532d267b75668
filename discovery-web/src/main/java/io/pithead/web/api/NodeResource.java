package io.pithead.web.api;

import io.pithead.coordinator.log.LogFacade;
import io.pithead.coordinator.log.LogText;
import io.pithead.coordinator.task.ContainerFigures;
import io.pithead.coordinator.task.ContainerMetricsFacade;
import io.pithead.coordinator.task.NodeViews;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.NodeView;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /nodes}: where tasks run, in the shapes of the Prime README. */
@Path("nodes")
@RequestScoped
@Secured(value = Scope.BUYER, openInDemo = true)
@Produces(MediaType.APPLICATION_JSON)
public class NodeResource {
    /** Bytes of output in one answer: about the 300 lines that the Prime protocol gives. */
    private static final int TAIL = 64 * 1024;

    @Inject
    NodeViews nodes;

    @Inject
    LogFacade logs;

    @Inject
    ContainerMetricsFacade metrics;

    @Context
    SecurityContext security;

    /** A page of nodes. */
    public record NodesAnswer(
            List<NodeView> nodes, boolean success, @Nullable String nextCursor) {}

    /** The output of the account's newest task there; {@code job} has all of it at {@code /v1/jobs/{id}/logs}. */
    public record LogsAnswer(boolean success, UUID job, String logs) {}

    /** What the account's containers there used when the node last told, by task. */
    public record MetricsAnswer(boolean success, Map<UUID, ContainerMetrics> metrics) {}

    /** How many containers were told to start anew. */
    public record Restarted(boolean success, int containers) {}

    @GET
    public NodesAnswer list(@BeanParam PageRequest page) {
        Page<NodeView> found = nodes.list(account(), page.limit(), page.cursor());
        return new NodesAnswer(found.items(), true, found.nextCursor());
    }

    @GET
    @Path("{address}/logs")
    public LogsAnswer logs(@PathParam("address") UUID address) {
        UUID job = nodes.newestJob(account(), address);
        nodes.following(account(), job);
        LogText head = logs.read(account(), job, OptionalInt.empty(), 0, 1);
        long from = Math.max(0, head.size() - TAIL);
        LogText tail = logs.read(account(), job, OptionalInt.empty(), from, TAIL);
        return new LogsAnswer(true, job, new String(tail.text(), StandardCharsets.UTF_8));
    }

    @GET
    @Path("{address}/metrics")
    public MetricsAnswer metrics(@PathParam("address") UUID address) {
        // whoever has no task there is not told that there is such a node
        nodes.newestJob(account(), address);
        return new MetricsAnswer(
                true,
                metrics.ofNode(account(), address).stream()
                        .collect(Collectors.toMap(ContainerFigures::task, ContainerFigures::metrics, (a, b) -> b)));
    }

    @POST
    @Path("{address}/restart")
    public Restarted restart(@PathParam("address") UUID address) {
        return new Restarted(true, nodes.restart(account(), address));
    }

    private UUID account() {
        return Callers.of(security).accountId();
    }
}
