package io.pithead.coordinator.run.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.discovery.core.Standing;
import io.pithead.coordinator.run.core.RunNodeMachine.ChainFacts;
import io.pithead.coordinator.run.core.RunNodeMachine.Decision;
import io.pithead.coordinator.run.core.RunNodeMachine.Facts;
import io.pithead.coordinator.run.core.RunNodeMachine.Node;
import io.pithead.coordinator.run.core.RunNodeMachine.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of moves, as an operator would read it. */
class RunNodeMachineTest {
    private static final Instant NOW = Instant.parse("2026-11-21T17:00:00Z");
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(90), Duration.ofSeconds(30));

    /** In the order of the states' names in {@link RunNodeState}: 1 where the column is a move of the row. */
    @Test
    void there_are_these_moves_and_no_others() {
        Map<RunNodeState, String> table = Map.of(
                RunNodeState.DISCOVERED, "0 1 1 1 1 1 1 1",
                RunNodeState.WAITING_FOR_HEARTBEAT, "1 0 1 1 1 1 1 1",
                RunNodeState.HEALTHY, "1 0 0 1 1 1 1 1",
                RunNodeState.UNHEALTHY, "1 0 1 0 1 1 1 1",
                RunNodeState.DEAD, "1 1 1 1 0 1 1 1",
                RunNodeState.EJECTED, "1 0 0 0 0 0 1 0",
                RunNodeState.BANNED, "1 0 0 0 0 0 0 0",
                RunNodeState.LOW_BALANCE, "1 0 0 0 1 1 1 0");
        for (RunNodeState from : RunNodeState.values()) {
            assertThat(Arrays.stream(RunNodeState.values())
                            .map(to -> from.mayBecome(to) ? "1" : "0")
                            .collect(Collectors.joining(" ")))
                    .as("from %s", from)
                    .isEqualTo(table.get(from));
        }
    }

    /**
     * {@code chain}: what the chain says, as letters: r registered, v validated, e ejected, m in the run; then the provider's
     * standing, or - when nothing is known. {@code here}: a announced, b bound, i invite taken, x banned. {@code heard} and
     * {@code since}: seconds ago.
     */
    @ParameterizedTest
    @CsvSource(
            nullValues = "never",
            value = {
                // the way in
                "DISCOVERED, rv:GOOD, a, never, 5, DISCOVERED,",
                "DISCOVERED, r:GOOD, a, never, 5, DISCOVERED,",
                "DISCOVERED, rv:GOOD, '', never, 5, DEAD, NOT_ANNOUNCED",
                "DEAD, rv:GOOD, a, never, 5, DISCOVERED, ANNOUNCED",
                "DEAD, rv:GOOD, '', never, 5, DEAD,",
                "WAITING_FOR_HEARTBEAT, rv:GOOD, abi, 1, 5, WAITING_FOR_HEARTBEAT,",
                "WAITING_FOR_HEARTBEAT, rv:GOOD, ab, 1, 5, DISCOVERED, NOT_JOINED",
                "WAITING_FOR_HEARTBEAT, rvm:GOOD, abi, 1, 5, HEALTHY, HEARD",
                "WAITING_FOR_HEARTBEAT, rvm:GOOD, ab, 100, 5, WAITING_FOR_HEARTBEAT,",
                "WAITING_FOR_HEARTBEAT, rvm:GOOD, ab, 100, 90, UNHEALTHY, SILENT",
                "DISCOVERED, rvm:GOOD, a, never, 5, DISCOVERED,",
                "DISCOVERED, rvm:GOOD, ab, 1, 5, HEALTHY, HEARD",
                // heard and not heard
                "HEALTHY, rvm:GOOD, ab, 89, 500, HEALTHY,",
                "HEALTHY, rvm:GOOD, ab, 90, 500, UNHEALTHY, SILENT",
                "HEALTHY, rvm:GOOD, b, 1, 500, HEALTHY,",
                "UNHEALTHY, rvm:GOOD, b, 1, 5, HEALTHY, HEARD",
                "UNHEALTHY, rvm:GOOD, b, 100, 29, UNHEALTHY,",
                "UNHEALTHY, rvm:GOOD, b, 120, 30, DEAD, SILENT",
                "DEAD, rvm:GOOD, ab, 500, 300, DEAD,",
                "DEAD, rvm:GOOD, b, 1, 300, HEALTHY, HEARD",
                "HEALTHY, rm:GOOD, ab, 1, 500, UNHEALTHY, NOT_VALIDATED",
                "UNHEALTHY, rm:GOOD, ab, 1, 500, UNHEALTHY,",
                // the way out
                "HEALTHY, rv:GOOD, ab, 1, 500, DISCOVERED, LEFT",
                "UNHEALTHY, rv:GOOD, ab, 100, 500, DISCOVERED, LEFT",
                "HEALTHY, 0:GOOD, ab, 1, 500, DEAD, NOT_REGISTERED",
                "HEALTHY, rvem:GOOD, ab, 1, 500, EJECTED, NODE_EJECTED",
                "HEALTHY, rvm:BLACKLISTED, ab, 1, 500, EJECTED, PROVIDER_BLACKLISTED",
                "DEAD, rvm:NOT_WHITELISTED, ab, 1, 500, EJECTED, PROVIDER_NOT_WHITELISTED",
                "DISCOVERED, rv:UNKNOWN, ab, 1, 500, EJECTED, PROVIDER_UNKNOWN",
                "EJECTED, 0:UNKNOWN, ab, 1, 500, EJECTED,",
                "EJECTED, rvm:GOOD, ab, 1, 500, DISCOVERED, REINSTATED",
                // the stake
                "HEALTHY, rvm:UNDERSTAKED, ab, 1, 500, LOW_BALANCE, STAKE_TOO_LOW",
                "DISCOVERED, rv:UNDERSTAKED, a, never, 500, LOW_BALANCE, STAKE_TOO_LOW",
                "LOW_BALANCE, rvm:UNDERSTAKED, ab, 1, 500, LOW_BALANCE,",
                "LOW_BALANCE, rvm:GOOD, ab, 1, 5, DISCOVERED, STAKE_MENDED",
                "LOW_BALANCE, rvm:BLACKLISTED, ab, 1, 5, EJECTED, PROVIDER_BLACKLISTED",
                // the operator
                "HEALTHY, rvm:GOOD, abx, 1, 500, BANNED, BANNED_BY_OPERATOR",
                "EJECTED, rve:GOOD, abx, 1, 500, BANNED, BANNED_BY_OPERATOR",
                "BANNED, rvm:BLACKLISTED, abx, 1, 500, BANNED,",
                "BANNED, -, bx, 1, 500, BANNED,",
                "BANNED, rvm:GOOD, ab, 1, 500, DISCOVERED, BAN_LIFTED",
                "BANNED, -, ab, 1, 500, DISCOVERED, BAN_LIFTED",
                // the chain is not read
                "HEALTHY, -, ab, 1, 500, HEALTHY,",
                "HEALTHY, -, ab, 100, 500, UNHEALTHY, SILENT",
                "UNHEALTHY, -, ab, 1, 500, UNHEALTHY,",
                "UNHEALTHY, -, ab, 200, 500, DEAD, SILENT",
                "DISCOVERED, -, '', never, 500, DISCOVERED,",
                "WAITING_FOR_HEARTBEAT, -, b, 500, 500, WAITING_FOR_HEARTBEAT,",
                "EJECTED, -, ab, 1, 500, EJECTED,",
                "LOW_BALANCE, -, ab, 1, 500, LOW_BALANCE,"
            })
    void each_node_goes_where_the_table_says(
            RunNodeState state,
            String chain,
            String here,
            @Nullable Long heard,
            long since,
            RunNodeState next,
            @Nullable RunNodeReason why) {
        var node = new Node(state, NOW.minusSeconds(since));
        var facts = new Facts(
                chain.equals("-") ? Optional.empty() : Optional.of(chain(chain)),
                here.contains("a"),
                here.contains("b"),
                heard == null ? null : NOW.minusSeconds(heard),
                here.contains("i"),
                here.contains("x"));
        Decision expected = why == null ? new Decision.Stay() : new Decision.Move(next, why);
        assertThat(RunNodeMachine.decide(node, facts, PATIENCE, NOW)).isEqualTo(expected);
    }

    private static ChainFacts chain(String text) {
        String[] parts = text.split(":", -1);
        return new ChainFacts(
                parts[0].contains("r"),
                parts[0].contains("v"),
                parts[0].contains("e"),
                Standing.valueOf(parts[1]),
                parts[0].contains("m"));
    }
}
