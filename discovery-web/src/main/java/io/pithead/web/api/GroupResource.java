package io.pithead.web.api;

import io.pithead.coordinator.log.LogFacade;
import io.pithead.coordinator.log.LogText;
import io.pithead.coordinator.task.GroupFacade;
import io.pithead.coordinator.task.GroupFacade.Member;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.GroupConfiguration;
import io.pithead.protocol.task.GroupView;
import io.pithead.protocol.task.RegroupRequest;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
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
import jakarta.ws.rs.core.SecurityContext;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /groups}: nodes that run a task together, in the shapes of the Prime protocol. */
@Path("groups")
@RequestScoped
@Secured(value = Scope.BUYER, openInDemo = true)
@Produces(MediaType.APPLICATION_JSON)
public class GroupResource {
    /** Bytes of output of each node in one answer: a group may have a hundred. */
    private static final int TAIL = 8 * 1024;

    @Inject
    GroupFacade groups;

    @Inject
    LogFacade logs;

    @Context
    SecurityContext security;

    /** A page of groups that are not over. */
    public record GroupsAnswer(
            boolean success,
            List<GroupView> groups,
            int totalCount,
            @Nullable String nextCursor) {}

    /** What groups may be like. */
    public record ConfigurationsAnswer(boolean success, List<GroupConfiguration> configurations) {}

    /** How many groups were dissolved. */
    public record Regrouped(boolean success, int dissolved) {}

    /** The end of each node's output, by address. */
    public record GroupLogs(boolean success, UUID groupId, Map<String, String> logs) {}

    @GET
    public GroupsAnswer list(@BeanParam PageRequest page) {
        GroupFacade.Groups found = groups.list(account(), page.limit(), page.cursor());
        return new GroupsAnswer(
                true, found.page().items(), found.total(), found.page().nextCursor());
    }

    @GET
    @Path("configs")
    public ConfigurationsAnswer configurations() {
        return new ConfigurationsAnswer(true, groups.configurations(account()));
    }

    /** Ends its containers; its task forms another group. */
    @DELETE
    @Path("{id}")
    public TaskResource.Done dissolve(@PathParam("id") UUID id) {
        groups.dissolve(account(), id);
        return new TaskResource.Done(true);
    }

    @POST
    @Path("force-regroup")
    @Consumes(MediaType.APPLICATION_JSON)
    public Regrouped regroup(RegroupRequest request) {
        return new Regrouped(true, groups.regroup(account(), request.configurationName()));
    }

    @GET
    @Path("{id}/logs")
    public GroupLogs logs(@PathParam("id") UUID id) {
        var tails = new LinkedHashMap<String, String>();
        for (Member member : groups.members(account(), id)) {
            tails.put(member.node().toString(), tail(member.job()));
        }
        return new GroupLogs(true, id, tails);
    }

    private String tail(UUID job) {
        LogText head = logs.read(account(), job, OptionalInt.empty(), 0, 1);
        LogText tail = logs.read(account(), job, OptionalInt.empty(), Math.max(0, head.size() - TAIL), TAIL);
        return new String(tail.text(), StandardCharsets.UTF_8);
    }

    private UUID account() {
        return Callers.of(security).accountId();
    }
}
