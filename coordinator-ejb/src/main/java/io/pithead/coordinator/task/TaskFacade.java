package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobConfig;
import io.pithead.coordinator.job.RunGate;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.meter.MeterFacade;
import io.pithead.coordinator.meter.core.Rate;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Turnstile;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.coordinator.task.core.PlacementPolicy;
import io.pithead.coordinator.task.core.PlacementPolicy.Candidate;
import io.pithead.coordinator.task.core.PlacementPolicy.Choice;
import io.pithead.coordinator.task.core.Topology;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.PlanView;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a buyer does with tasks. Another account's task is not found, whatever is asked of it. */
@ApplicationScoped
public class TaskFacade {
    /** Nodes in the view of one task; the others are counted. */
    private static final int MAX_NODES = 200;

    /** A plan looks at the whole fleet. */
    private final Turnstile turnstile = new Turnstile(Duration.ofSeconds(5));

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

    @Inject
    NodeFacade nodes;

    /** Stores an answer in the transaction that makes it true: for requests with an Idempotency-Key. */
    @FunctionalInterface
    public interface Answer {
        void store(Connection connection, TaskView task) throws SQLException;
    }

    /** Takes the task and places it on what is there now; the rest of its nodes follow. */
    public TaskView create(UUID account, String actor, TaskRequest request, Answer answer) {
        Terms terms = check(account, request);
        TaskRow task = row(account, actor, request, terms);
        Map<String, String> given = request.secrets() == null ? Map.of() : request.secrets();
        var hidden = new ContainerSecrets(given, request.registryAuth());
        byte[] sealed = hidden.isEmpty() ? null : secrets.seal(task.id(), hidden);
        List<String> names = given.keySet().stream().sorted().toList();
        ledger.open(List.of(account));
        TaskView view = database.inTransaction(connection -> {
            requireFunds(connection, account, terms.first.multiply(leastNodes(request, terms.groups)));
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

    /**
     * What its nodes would be, and what it would take, were it made now.
     */
    public PlanView plan(UUID account, TaskRequest request) {
        Terms terms = check(account, request);
        TaskRow task = row(account, "", request, terms);
        List<Candidate> candidates = turnstile.pass(() -> database.withConnection(connection ->
                new Fleet().candidates(connection, task, nodes.pace().offlineAfter())));
        Choice choice = PlacementPolicy.choose(Placer.need(task), candidates, candidates.size());
        var chosen = Set.copyOf(choice.nodes());
        int free = (int) candidates.stream()
                .filter(node -> chosen.contains(node.node())
                        && node.held() < node.machine().slots())
                .count();
        BigInteger places = leastNodes(request, terms.groups);
        BigInteger wanted = request.replicas() == null && terms.groups.isEmpty()
                ? places.max(BigInteger.valueOf(chosen.size()))
                : places;
        BigInteger reserves = terms.first.multiply(wanted);
        BigInteger available = database.withConnection(connection -> Ledger.available(connection, account));
        var refusals = new TreeMap<String, Integer>();
        choice.refusals().forEach((refusal, count) -> refusals.put(refusal.name(), count));
        return new PlanView(
                summary(candidates.size(), chosen.size(), wanted),
                candidates.size(),
                chosen.size(),
                free,
                refusals,
                List.of(),
                Money.format(task.price()),
                terms.metered ? "node hour" : "node",
                Money.format(reserves),
                Money.format(available),
                reserves.compareTo(available) <= 0);
    }

    private static String summary(int nodes, int matching, BigInteger wanted) {
        if (nodes == 0) {
            return "No node that runs containers is online.";
        }
        return matching + " of " + nodes + " nodes that run containers fit; it wants " + wanted + ".";
    }

    /** @param first what one place takes before it begins */
    private record Terms(Optional<GroupRequest> groups, BigInteger price, BigInteger first, boolean metered) {}

    private Terms check(UUID account, TaskRequest request) {
        Optional<GroupRequest> groups = TaskChecks.check(request, config, meters);
        runs.require(account, Optional.ofNullable(request.run()).stream().toList());
        Optional<Rate> rate = TaskRow.rate(request);
        BigInteger price = rate.map(Rate::runPerHour)
                .orElseGet(() -> request.price() == null ? jobConfig.defaults().price() : Money.parse(request.price()));
        return new Terms(groups, price, rate.map(meters::ahead).orElse(price), rate.isPresent());
    }

    private static TaskRow row(UUID account, String actor, TaskRequest request, Terms terms) {
        return new TaskRow(
                Ids.next(Instant.now()),
                account,
                actor,
                Wanted.RUN,
                request.replicas(),
                terms.price,
                request.withoutSecrets());
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
