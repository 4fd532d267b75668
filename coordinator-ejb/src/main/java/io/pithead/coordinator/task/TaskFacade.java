package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobConfig;
import io.pithead.coordinator.job.RunGate;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.meter.MeterFacade;
import io.pithead.coordinator.meter.core.Rate;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.coordinator.task.core.Topology;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskView;
import io.pithead.protocol.task.TaskView.Wanted;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a buyer does with tasks. Another account's task is not found, whatever is asked of it. */
@ApplicationScoped
public class TaskFacade {
    /** Nodes in the view of one task; the others are counted. */
    private static final int MAX_NODES = 200;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    JobConfig jobConfig;

    @Inject
    TaskConfig config;

    @Inject
    TaskSecrets secrets;

    @Inject
    MeterFacade meters;

    @Inject
    RunGate runs;

    @Inject
    TaskRounds rounds;

    /** Stores an answer in the transaction that makes it true: for requests with an Idempotency-Key. */
    @FunctionalInterface
    public interface Answer {
        void store(Connection connection, TaskView task) throws SQLException;
    }

    /** Takes the task and places it on what is there now; the rest of its nodes follow. */
    public TaskView create(UUID account, String actor, TaskRequest request, Answer answer) {
        Optional<GroupRequest> groups = TaskChecks.check(request, config, meters);
        runs.require(account, Optional.ofNullable(request.run()).stream().toList());
        Optional<Rate> rate = TaskRow.rate(request);
        BigInteger price = rate.map(Rate::runPerHour)
                .orElseGet(() -> request.price() == null ? jobConfig.defaults().price() : Money.parse(request.price()));
        BigInteger first = rate.map(meters::ahead).orElse(price);
        var task = new TaskRow(
                Ids.next(Instant.now()),
                account,
                actor,
                Wanted.RUN,
                request.replicas(),
                price,
                request.withoutSecrets());
        Map<String, String> given = request.secrets() == null ? Map.of() : request.secrets();
        var hidden = new ContainerSecrets(given, request.registryAuth());
        byte[] sealed = hidden.isEmpty() ? null : secrets.seal(task.id(), hidden);
        List<String> names = given.keySet().stream().sorted().toList();
        ledger.open(List.of(account));
        TaskView view = database.inTransaction(connection -> {
            requireFunds(connection, account, first.multiply(leastNodes(request, groups)));
            if (TaskStore.live(connection, account) >= config.perAccount()) {
                throw new CoordinatorException(
                        ErrorCode.RATE_LIMITED,
                        "The account has as many tasks as it may have; stop one first.",
                        Map.of("max_tasks", config.perAccount()));
            }
            TaskStore.insert(connection, task, names, sealed);
            TaskView created = require(TaskStore.find(connection, account, task.id(), MAX_NODES));
            answer.store(connection, created);
            return created;
        });
        rounds.placeNow(task.id());
        return view;
    }

    /** The fewest nodes that the task means: its replicas, each a node or the smallest group. */
    private BigInteger leastNodes(TaskRequest request, Optional<GroupRequest> groups) {
        int perPlace = groups.stream()
                .flatMap(asked -> asked.among(config.topologies()).stream())
                .mapToInt(Topology::minSize)
                .min()
                .orElse(1);
        return BigInteger.valueOf(request.replicas() == null ? 1 : request.replicas())
                .multiply(BigInteger.valueOf(perPlace));
    }

    /** What no node will ever make good is refused now; a budget that covers not even one node, too. */
    private void requireFunds(Connection connection, UUID account, BigInteger cost) throws SQLException {
        BigInteger available =
                ledger.lockAvailable(connection, List.of(account)).getOrDefault(account, BigInteger.ZERO);
        if (cost.compareTo(available) > 0) {
            throw new CoordinatorException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "The wallet does not cover the task; deposit more or offer less.",
                    Map.of("price", Money.format(cost), "available", Money.format(available)));
        }
    }

    public TaskView get(UUID account, UUID task) {
        return require(database.withConnection(connection -> TaskStore.find(connection, account, task, MAX_NODES)));
    }

    /** Newest first. */
    public Page<TaskView> list(UUID account, int limit, @Nullable UUID before) {
        List<TaskView> found =
                database.withConnection(connection -> TaskStore.page(connection, account, limit + 1, before));
        boolean more = found.size() > limit;
        List<TaskView> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    /** Its containers hold still; nothing of theirs is lost. */
    public TaskView pause(UUID account, UUID task) {
        return order(account, task, Wanted.PAUSE, ContainerOrder.PAUSE);
    }

    public TaskView resume(UUID account, UUID task) {
        return order(account, task, Wanted.RUN, ContainerOrder.RUN);
    }

    private TaskView order(UUID account, UUID task, Wanted wanted, ContainerOrder order) {
        TaskView before = get(account, task);
        if (before.state().hasEnded() || before.wanted() == Wanted.STOP) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "The task has ended.", Map.of("state", before.state()));
        }
        if (before.wanted() == wanted) {
            return before;
        }
        database.doInTransaction(connection -> {
            Optional<Long> generation = TaskStore.want(connection, account, task, wanted);
            if (generation.isPresent()) {
                TaskStore.order(connection, task, order, generation.get());
            }
        });
        return get(account, task);
    }

    /** Ends its containers; each gets its grace. Stopping twice is stopping. */
    public TaskView stop(UUID account, String actor, UUID task) {
        TaskView before = get(account, task);
        if (!before.state().hasEnded()) {
            database.withConnection(connection -> TaskStore.want(connection, account, task, Wanted.STOP));
            rounds.stopNow(account, actor, task);
        }
        return get(account, task);
    }

    private static TaskView require(Optional<TaskView> task) {
        return task.orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such task."));
    }
}
