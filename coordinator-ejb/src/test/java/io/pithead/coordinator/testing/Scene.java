package io.pithead.coordinator.testing;

import io.pithead.coordinator.dispatch.ClaimDesk;
import io.pithead.coordinator.dispatch.ClaimDesk.Taken;
import io.pithead.coordinator.job.JobDesk;
import io.pithead.coordinator.job.TransitionSink;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.LedgerDesk;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Buyers, providers, nodes and jobs in a real database, brought there by the real classes. */
public final class Scene {
    private static final AtomicInteger NODES = new AtomicInteger();
    private static final String WALLET = "'0x' || repeat('0a', 20)";

    public final TestDatabase rows;
    public final Database database;
    public final Ledger ledger;
    public final JobDesk jobs;
    public final ClaimDesk claims;
    private final Duration lock;

    public Scene(TransitionSink... sinks) {
        this(TestDatabase.create(), Duration.ZERO, sinks);
    }

    /** What is paid here is locked for so long. */
    public Scene(Duration lock, TransitionSink... sinks) {
        this(TestDatabase.create(), lock, sinks);
    }

    private Scene(TestDatabase rows, Duration lock, TransitionSink... sinks) {
        this.rows = rows;
        this.lock = lock;
        database = rows.database();
        ledger = LedgerDesk.ledger(database, lock);
        jobs = new JobDesk(database, ledger, sinks);
        claims = new ClaimDesk(database, jobs.transitions());
    }

    /** Another instance on the same database, which has nothing in its memory. */
    public Scene restarted() {
        return new Scene(rows, lock);
    }

    /** A machine of a provider. */
    public record Machine(UUID node, UUID provider, String minerId, boolean renews) {}

    /** A buyer with this many tokens. */
    public UUID buyer(String tokens) {
        UUID account = rows.account();
        ledger.open(List.of(account));
        database.doInTransaction(connection ->
                ledger.post(connection, List.of(Posting.deposit(account, Money.parse(tokens))), Instant.now()));
        return account;
    }

    public Machine machine() {
        return machine(rows.account(), "m" + NODES.incrementAndGet(), true);
    }

    public Machine machine(UUID provider, String minerId, boolean renews) {
        UUID id = UUID.randomUUID();
        ledger.open(List.of(provider));
        rows.update(
                "insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities)"
                        + " values (?, ?, ?, 'CPU', 64, ?, true, '{}')",
                id,
                provider,
                minerId,
                renews);
        return new Machine(id, provider, minerId, renews);
    }

    /** A run of this account, as the chain has it. */
    public UUID run(UUID account, String state) {
        UUID run = UUID.randomUUID();
        rows.update(
                "insert into run (id, account_id, name, chain_id, number, owner, manager, requirements, discovery_uri,"
                        + " max_nodes, max_units, ends_at, state) values (?, ?, 'r', 9, ?, " + WALLET + ", " + WALLET
                        + ", '', 'urn:uuid:' || ?, 1000, 1, now() + interval '1 day', ?)",
                run,
                account,
                (long) NODES.incrementAndGet(),
                run,
                state);
        return run;
    }

    /** What a machine is in a run from now on; whoever knows the machine is told, as the rounds of runs do it. */
    public void member(UUID run, Machine machine, String state) {
        rows.update(
                "insert into run_node (run_id, address, provider, state, reason, node_id)"
                        + " values (?, '0x' || lpad(replace(?::text, '-', ''), 40, '0'), " + WALLET + ", ?, 'HEARD', ?)"
                        + " on conflict (run_id, address) do update set state = excluded.state",
                run,
                machine.node(),
                state,
                machine.node());
        rows.update("update node set updated_at = clock_timestamp() where id = ?", machine.node());
    }

    /** A request as JSON with single quotes. */
    public static JobRequest request(String json) {
        try {
            return Json.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JobRequest.class);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }

    /** One queued job of two tokens, alone in its class. */
    public UUID job(UUID buyer) {
        return jobs.submit(buyer, request("{'workload':'w" + NODES.incrementAndGet() + "','price':'2'}"))
                .getFirst();
    }

    public UUID job(UUID buyer, String request) {
        return jobs.submit(buyer, request(request)).getFirst();
    }

    /** Leases a job that is the next of its class. */
    public long lease(UUID job, Machine machine) {
        long classId = rows.number("select class_id from job where id = ?", job);
        List<Taken> taken = claims.claim(classId, machine.node(), machine.minerId(), machine.renews(), 1);
        if (taken.size() != 1 || !taken.getFirst().job().equals(job)) {
            throw new AssertionError("claimed " + taken + ", not " + job);
        }
        return taken.getFirst().lease();
    }

    public JobState state(UUID job) {
        return JobState.valueOf(text("select state from job where id = ?", job));
    }

    public String text(String sql, Object... values) {
        return database.withConnection(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    select.setObject(i + 1, values[i]);
                }
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return String.valueOf(row.getString(1));
                }
            }
        });
    }

    public List<String> column(String sql, Object... values) {
        return database.withConnection(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    select.setObject(i + 1, values[i]);
                }
                return strings(select);
            }
        });
    }

    private static List<String> strings(PreparedStatement select) throws SQLException {
        var found = new ArrayList<String>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    /** In tokens, with six decimals. */
    public String balance(UUID account, Pot pot) {
        return Money.format(new BigInteger(
                text("select balance from ledger_account where account_id = ? and pot = ?", account, pot.name())));
    }
}
