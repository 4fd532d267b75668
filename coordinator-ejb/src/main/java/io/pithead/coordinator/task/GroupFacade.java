package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.task.GroupConfiguration;
import io.pithead.protocol.task.GroupView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a buyer sees of its groups and does with them; the operator does it with anybody's. */
@ApplicationScoped
public class GroupFacade {
    /** Groups dissolved by one call; repeat it for more. */
    private static final int MAX_REGROUPED = 200;

    @Inject
    Database database;

    @Inject
    TaskConfig config;

    @Inject
    TaskRounds rounds;

    @Inject
    Audit audit;

    /** A page of groups, and how many there are in all. */
    public record Groups(Page<GroupView> page, int total) {}

    /** A node of a group, and the job that has its output. */
    public record Member(UUID node, UUID job) {}

    /** Groups that are not over, oldest first; {@code account} is null for everybody's. */
    public Groups list(@Nullable UUID account, int limit, @Nullable UUID after) {
        List<GroupView> found =
                database.withConnection(connection -> GroupViews.page(connection, account, limit + 1, after));
        boolean more = found.size() > limit;
        List<GroupView> page = more ? found.subList(0, limit) : found;
        return new Groups(
                new Page<>(page, more ? page.getLast().id().toString() : null),
                database.withConnection(connection -> GroupViews.total(connection, account)));
    }

    /** The operator's topologies; enabled are those that a task of the account waits for or runs on. */
    public List<GroupConfiguration> configurations(UUID account) {
        Set<String> enabled = database.withConnection(connection -> GroupViews.allowed(connection, account));
        return config.configurations().stream()
                .map(one -> new GroupConfiguration(
                        one.name(),
                        one.minGroupSize(),
                        one.maxGroupSize(),
                        one.computeRequirements(),
                        enabled.contains(one.name())))
                .toList();
    }

    /** The members of a group whose containers were placed, in the order of their indices. */
    public List<Member> members(UUID account, UUID group) {
        requireOwn(account, group);
        return database.withConnection(connection -> GroupViews.members(connection, group));
    }

    /** Ends it and its containers; its task forms another one. */
    public void dissolve(UUID account, UUID group) {
        requireOwn(account, group);
        rounds.dissolve(group, "dissolved by its buyer", List.of());
    }

    /** The operator ends somebody's group. */
    public void dissolveAny(Caller by, UUID group) {
        if (!rounds.dissolve(group, "dissolved by the operator", List.of())) {
            throw notFound();
        }
        database.doWithConnection(connection ->
                audit.record(connection, by, "group.dissolve", group.toString(), Map.of(), Instant.now()));
    }

    /** Ends the account's groups of one topology, a bounded number at once; how many. */
    public int regroup(UUID account, String topology) {
        boolean known = Stream.concat(
                        config.configurations().stream().map(GroupConfiguration::name),
                        Stream.of(GroupRequest.OWN_NAME))
                .anyMatch(topology::equals);
        if (!known) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such topology.");
        }
        List<UUID> groups = database.withConnection(
                connection -> GroupViews.ofTopology(connection, account, topology, MAX_REGROUPED));
        return (int) groups.stream()
                .filter(group -> rounds.dissolve(group, "dissolved by its buyer", List.of()))
                .count();
    }

    private void requireOwn(UUID account, UUID group) {
        if (!database.withConnection(connection -> GroupViews.isLive(connection, account, group))) {
            throw notFound();
        }
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such group.");
    }
}
