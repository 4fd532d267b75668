package io.pithead.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.discovery.core.Standing;
import io.pithead.coordinator.run.RunNodeStore.Looked;
import io.pithead.coordinator.run.RunNodeStore.Moved;
import io.pithead.coordinator.run.core.RunNodeMachine;
import io.pithead.coordinator.run.core.RunNodeMachine.Decision;
import io.pithead.coordinator.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thousand nodes of a run, of which three in ten have fallen silent. */
class SilentNodesIT {
    private static final TestDatabase ROWS = TestDatabase.create();
    private static final long CHAIN = 9;
    private static final int NODES = 1_000;
    private static final int SILENT = 300;
    private static final int BATCH = 170;

    private final UUID run = UUID.randomUUID();

    @BeforeEach
    void a_thousand_nodes_that_took_invites() {
        UUID account = ROWS.account();
        String wallet = "'0x' || repeat('0a', 20)";
        ROWS.update(
                "insert into chain (chain_id, first_block, next_block, head, seen_at) values (?, 0, 1, 0, now())",
                CHAIN);
        ROWS.update(
                "insert into discovery_provider (chain, address, whitelisted, blacklisted, standing) values (?, "
                        + wallet + ", true, false, '" + Standing.GOOD + "')",
                CHAIN);
        UUID listed = UUID.randomUUID();
        ROWS.update(
                "insert into discovery_run (run, chain, number, owner, manager, requirements, open, state, max_nodes)"
                        + " values (?, ?, 1, " + wallet + ", " + wallet + ", '', true, 'started', 1000)",
                listed,
                CHAIN);
        ROWS.update(
                "insert into run (id, account_id, name, chain_id, number, owner, manager, requirements, discovery_uri,"
                        + " max_nodes, max_units, ends_at, state) values (?, ?, 'r', ?, 1, " + wallet + ", " + wallet
                        + ", '', 'urn:x', 1000, 1, now() + interval '1 day', 'OPEN')",
                run,
                account,
                CHAIN);
        ROWS.update(
                "insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities)"
                        + " select gen_random_uuid(), ?, 'm' || i, 'CPU', 1, true, true, json_build_object('node_address',"
                        + " '0x' || lpad(to_hex(i), 40, '0')) from generate_series(1, ?) i",
                account,
                NODES);
        ROWS.update(
                "insert into discovery_chain_node (chain, address, provider, validated, active, blacklisted, placed)"
                        + " select ?, node_address, " + wallet + ", true, true, false, 1 from node",
                CHAIN);
        ROWS.update(
                "insert into run_node (run_id, address, provider, state, reason, node_id)" + " select ?, node_address, "
                        + wallet + ", 'WAITING_FOR_HEARTBEAT', 'INVITE_TAKEN', id from node",
                run);
        // every third or so, in between the others
        ROWS.update(
                "insert into node_liveness (node_id, last_seen_at) select id, now() - case when substr(miner_id, 2)::int % 10 < 3"
                        + " then interval '1 hour' else interval '1 s' end from node");
        ROWS.update("update run_node set since = now() - interval '2 minutes'");
    }

    private @Nullable Looked batch(@Nullable Looked after, Instant now) {
        List<Looked> looked = ROWS.database().inTransaction(connection -> {
            List<Looked> found =
                    RunNodeStore.look(connection, CHAIN, Duration.ofMinutes(5), Duration.ofMinutes(15), after, BATCH);
            var moves = new ArrayList<Moved>();
            for (Looked one : found) {
                if (RunNodeMachine.decide(one.node(), one.facts(), new RunConfig().patience(), now)
                        instanceof Decision.Move(var to, var why)) {
                    moves.add(new Moved(one, to, why));
                }
            }
            RunNodeStore.move(connection, moves, now);
            return found;
        });
        return looked.isEmpty() ? null : looked.getLast();
    }

    private int round(Instant now) {
        int batches = 0;
        for (Looked at = batch(null, now); at != null; at = batch(at, now)) {
            batches++;
        }
        return batches;
    }

    private long in(String state) {
        return ROWS.number("select count(*) from run_node where run_id = ? and state = ?", run, state);
    }

    private long told(Instant since) {
        return ROWS.number("select count(*) from node where updated_at > ?::timestamptz", since.toString());
    }

    @Test
    void silent_nodes_cost_the_others_no_round() {
        Instant now = Instant.now();
        assertThat(round(now)).isEqualTo(Math.ceilDiv(NODES, BATCH));
        assertThat(in("HEALTHY")).isEqualTo(NODES - SILENT);
        assertThat(in("UNHEALTHY")).isEqualTo(SILENT);
        assertThat(told(now)).as("whose work is another now").isEqualTo(NODES - SILENT);
        Instant later = Instant.now();
        ROWS.update("update run_node set since = since - interval '1 minute' where state = 'UNHEALTHY'");
        assertThat(round(now)).isEqualTo(Math.ceilDiv(NODES, BATCH));
        assertThat(in("HEALTHY")).isEqualTo(NODES - SILENT);
        assertThat(in("DEAD")).isEqualTo(SILENT);
        assertThat(told(later)).isZero();
        assertThat(ROWS.number("select count(*) from run_node_event where run_id = ?", run))
                .isEqualTo(NODES + SILENT);
        // a chain that is not read says nothing: nobody is thrown out for it
        ROWS.update("update chain set seen_at = now() - interval '1 hour'");
        ROWS.update("update discovery_chain_node set placed = null");
        round(now);
        assertThat(in("HEALTHY")).isEqualTo(NODES - SILENT);
    }
}
