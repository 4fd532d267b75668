package io.pithead.coordinator.run;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.ChainGateway.Asked;
import io.pithead.coordinator.chain.Intent;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.chain.SigningKey;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.run.RunIds;
import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.run.RunRequest;
import io.pithead.protocol.run.RunView;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a buyer does with runs. Another account's run is not found, whatever is asked of it. */
@ApplicationScoped
public class RunFacade {
    private static final String CREATE = "create";
    private static final String START = "start";
    private static final String END = "end";
    private static final List<String> ASKED = List.of(CREATE, START, END, RunMoneyRound.DEPOSIT);

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    KnownChains chains;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Inject
    DiscoveryConfig discovery;

    @Inject
    RunConfig config;

    /** Stores an answer in the transaction that makes it true: for requests with an Idempotency-Key. */
    @FunctionalInterface
    public interface Answer {
        void store(Connection connection, RunView run) throws SQLException;
    }

    /** Takes the run; the chain follows. A budget leaves the wallet here at once, and is in the run's escrow later. */
    public RunView create(UUID account, RunRequest request, Answer answer) {
        Instant now = Instant.now();
        Terms terms = check(request, now);
        Known chain = terms.chain();
        RunRow run = asked(account, request, terms.manager(), now);
        ledger.open(List.of(account));
        RunView view = database.inTransaction(connection -> {
            withdraw(connection, run);
            if (RunStore.going(connection, account) >= config.maxPerAccount()) {
                throw new CoordinatorException(
                        ErrorCode.RATE_LIMITED,
                        "The account has as many runs as it may have; close one first.",
                        Map.of("max_runs", config.maxPerAccount()));
            }
            RunStore.insert(connection, run);
            if (run.isOurs()) {
                ask(connection, run, CREATE, RunCalls.create(chain, run));
            }
            RunView created = view(connection, run);
            answer.store(connection, created);
            return created;
        });
        outbox.wake();
        return view;
    }

    /** Refuses what {@link #create} would refuse of anybody. */
    void check(RunRequest request) {
        check(request, Instant.now());
    }

    private record Terms(Known chain, String manager) {}

    private Terms check(RunRequest request, Instant now) {
        Known chain = chains.find(request.chain())
                .orElseThrow(() -> wrong("/chain", "must be a chain of this server: see /v1/chains"));
        String manager = requireKey(chain);
        if (manager.equals(request.owner())) {
            throw wrong("/owner", "is the coordinator's key: leave it out");
        }
        if (!request.endsAt().isAfter(now)) {
            throw wrong("/ends_at", "must be later than now");
        }
        try {
            Requirements.parse(request.requirements() == null ? "" : request.requirements());
        } catch (IllegalArgumentException e) {
            throw wrong("/requirements", String.valueOf(e.getMessage()));
        }
        return new Terms(chain, manager);
    }

    private RunRow asked(UUID account, RunRequest request, String manager, Instant now) {
        UUID id = Ids.next(now);
        String owner = request.owner() == null ? manager : request.owner();
        BigInteger budget = request.budget() == null ? BigInteger.ZERO : Money.parse(request.budget());
        return new RunRow(
                id,
                account,
                request.name(),
                request.chain(),
                null,
                owner,
                manager,
                request.requirements() == null ? "" : request.requirements(),
                discoveryUri(id),
                request.maxNodes(),
                request.maxUnits(),
                request.endsAt().truncatedTo(ChronoUnit.SECONDS),
                RunRow.CREATING,
                RunRow.money(owner.equals(manager), budget),
                now);
    }

    /** Where nodes announce themselves, and the run's own id, by which the chain's run is known. */
    private String discoveryUri(UUID id) {
        return discovery
                .origin()
                .map(origin -> origin + "/v1/discovery?run=" + id)
                .orElse("urn:uuid:" + id);
    }

    private static String requireKey(Known chain) {
        SigningKey key = chain.key();
        if (key == null) {
            throw wrong("/chain", "is only read here: there is no key for it");
        }
        if (!chain.has(RunCalls.RUNS) || !chain.has(RunCalls.ESCROW) || !chain.has(RunCalls.MEMBERSHIPS)) {
            throw new CoordinatorException(
                    ErrorCode.UNAVAILABLE, "The chain's contracts are not all there yet: try again.");
        }
        return key.address();
    }

    private static CoordinatorException wrong(String member, String problem) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD, "The body is not what this path takes.", Map.of(member, problem));
    }

    private void withdraw(Connection connection, RunRow run) throws SQLException {
        BigInteger budget = run.money().budget();
        if (budget.signum() == 0) {
            return;
        }
        BigInteger available =
                ledger.lockAvailable(connection, List.of(run.account())).getOrDefault(run.account(), BigInteger.ZERO);
        if (budget.compareTo(available) > 0) {
            throw new CoordinatorException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "The wallet does not cover the budget; deposit more.",
                    Map.of("budget", Money.format(budget), "available", Money.format(available)));
        }
        ledger.post(connection, List.of(Posting.withdrawal(run.account(), budget)), Instant.now());
    }

    private void ask(Connection connection, RunRow run, String what, Intent intent) throws SQLException {
        gateway.ask(connection, run.chain(), run.manager(), run.purpose(what), intent);
    }

    public RunView get(UUID account, UUID run) {
        return database.withConnection(
                connection -> view(connection, require(RunStore.find(connection, account, run))));
    }

    /** Newest first. */
    public Page<RunView> list(UUID account, int limit, @Nullable UUID before) {
        return database.withConnection(connection -> {
            List<RunRow> found = RunStore.page(connection, account, limit + 1, before);
            List<RunRow> page = found.subList(0, Math.min(limit, found.size()));
            var views = new ArrayList<RunView>();
            for (RunRow run : page) {
                views.add(view(connection, run));
            }
            return new Page<>(views, found.size() > limit ? page.getLast().id().toString() : null);
        });
    }

    /** In the order of their addresses. */
    public Page<RunNode> nodes(UUID account, UUID run, int limit, @Nullable Address after) {
        return database.withConnection(connection -> {
            require(RunStore.find(connection, account, run));
            List<RunNode> found = RunNodeStore.page(connection, run, limit + 1, after);
            List<RunNode> page = found.subList(0, Math.min(limit, found.size()));
            return new Page<>(page, found.size() > limit ? page.getLast().address() : null);
        });
    }

    /** From here on nodes are invited. Started twice is started. */
    public RunView start(UUID account, UUID run) {
        return order(account, run, START, RunRow.OPEN);
    }

    /** Its nodes are free, and what of its money is not spent goes back. */
    public RunView close(UUID account, UUID run) {
        return order(account, run, END, RunRow.ENDED);
    }

    private RunView order(UUID account, UUID id, String what, String wanted) {
        RunView view = database.inTransaction(connection -> {
            RunRow run = require(RunStore.lock(connection, account, id));
            if (!run.state().equals(wanted)) {
                order(connection, run, what);
            }
            return view(connection, require(RunStore.find(connection, account, id)));
        });
        outbox.wake();
        return view;
    }

    private void order(Connection connection, RunRow run, String what) throws SQLException {
        Long number = run.number();
        boolean ends = what.equals(END);
        if (number == null && ends && !run.isOurs()) {
            // the owner's wallet may still create it; nobody here looks for it any more
            RunStore.end(connection, run.id());
            return;
        }
        boolean may = ends || run.state().equals(RunRow.PENDING);
        Optional<Known> chain = chains.find(run.chain()).filter(known -> known.has(RunCalls.RUNS));
        if (number == null || !may || chain.isEmpty()) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    number == null ? "The chain does not have the run yet." : "The run is not where this begins.",
                    Map.of("state", run.state()));
        }
        ask(connection, run, what, ends ? RunCalls.end(chain.get(), number) : RunCalls.start(chain.get(), number));
    }

    private static RunRow require(Optional<RunRow> run) {
        return run.orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such run."));
    }

    private RunView view(Connection connection, RunRow run) throws SQLException {
        Long number = run.number();
        return new RunView(
                run.id(),
                run.name(),
                run.chain(),
                number,
                run.state(),
                run.owner(),
                run.manager(),
                run.requirements(),
                run.discoveryUri(),
                number == null ? null : RunIds.discoveryRun(run.chain(), number),
                run.maxNodes(),
                run.maxUnits(),
                run.endsAt(),
                Money.format(run.money().budget()),
                new RunView.Escrow(
                        Money.format(run.money().reserved()),
                        Money.format(run.money().credited()),
                        Money.format(run.money().released()),
                        Money.format(run.money().returned())),
                RunStore.nodes(connection, run.id()),
                problem(connection, run),
                run.createdAt());
    }

    private @Nullable String problem(Connection connection, RunRow run) throws SQLException {
        for (String what : ASKED) {
            Optional<Asked> asked = gateway.find(connection, run.chain(), run.purpose(what));
            if (asked.isPresent() && asked.get().state().isOver() && asked.get().state() != ChainGateway.State.DONE) {
                return what + ": " + asked.get().error();
            }
        }
        return null;
    }
}
