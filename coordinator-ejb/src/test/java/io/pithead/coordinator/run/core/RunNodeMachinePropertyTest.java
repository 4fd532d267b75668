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
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RunNodeMachinePropertyTest {
    private static final Instant NOW = Instant.parse("2026-11-21T17:00:00Z");
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(90), Duration.ofSeconds(30));
    private static final int LONGEST_WAY = 4;

    @Provide
    Arbitrary<Node> nodes() {
        return Combinators.combine(
                        Arbitraries.of(RunNodeState.class),
                        Arbitraries.integers().between(0, 300))
                .as((state, ago) -> new Node(state, NOW.minusSeconds(ago)));
    }

    @Provide
    Arbitrary<Facts> facts() {
        Arbitrary<Boolean> flag = Arbitraries.of(true, false);
        Arbitrary<ChainFacts> chain = Combinators.combine(
                        Arbitraries.of(true, true, true, false),
                        flag,
                        Arbitraries.of(true, false, false, false),
                        Arbitraries.of(Standing.values()),
                        flag)
                .as(ChainFacts::new);
        return Combinators.combine(
                        chain.optional(),
                        flag,
                        flag,
                        Arbitraries.integers().between(0, 300).injectNull(0.3).map(ago -> ago),
                        flag,
                        Arbitraries.of(true, false, false, false))
                .as((said, announced, bound, ago, taken, banned) ->
                        new Facts(said, announced, bound, ago == null ? null : NOW.minusSeconds(ago), taken, banned));
    }

    private static Node after(Node node, Facts facts, Instant now) {
        return RunNodeMachine.decide(node, facts, PATIENCE, now) instanceof Decision.Move(var to, var why)
                ? new Node(to, now)
                : node;
    }

    /** No facts bring a node where the table has no way; deciding never throws. */
    @Property
    void every_move_is_in_the_table(@ForAll("nodes") Node node, @ForAll("facts") Facts facts) {
        if (RunNodeMachine.decide(node, facts, PATIENCE, NOW) instanceof Decision.Move(var to, var why)) {
            assertThat(node.state().mayBecome(to)).isTrue();
        }
    }

    @Property
    void a_banned_node_stays_banned_and_nobody_else_is(@ForAll("nodes") Node node, @ForAll("facts") Facts facts) {
        assertThat(after(node, facts, NOW).state() == RunNodeState.BANNED).isEqualTo(facts.banned());
    }

    @Property
    void a_healthy_node_is_in_the_run_and_heard_and_its_stake_is_enough(
            @ForAll("nodes") Node node, @ForAll("facts") Facts facts) {
        if (facts.chain().isPresent() && after(node, facts, NOW).state() == RunNodeState.HEALTHY) {
            ChainFacts chain = facts.chain().get();
            assertThat(chain.registered() && chain.validated() && chain.member() && !chain.ejected())
                    .isTrue();
            assertThat(chain.standing()).isEqualTo(Standing.GOOD);
            assertThat(facts.bound()).isTrue();
            assertThat(facts.heard()).isAfter(NOW.minus(PATIENCE.silence()));
        }
    }

    /** What a chain would have to say is not made up: without it a node only falls silent. */
    @Property
    void while_the_chain_says_nothing_only_silence_and_the_operator_move(
            @ForAll("nodes") Node node, @ForAll("facts") Facts facts) {
        var silent = new Facts(
                Optional.empty(), facts.announced(), facts.bound(), facts.heard(), facts.inviteTaken(), facts.banned());
        if (RunNodeMachine.decide(node, silent, PATIENCE, NOW) instanceof Decision.Move(var to, var why)) {
            assertThat(why).isIn(RunNodeReason.SILENT, RunNodeReason.BANNED_BY_OPERATOR, RunNodeReason.BAN_LIFTED);
        }
    }

    /** Low balance is no trap: with enough stake it is over, whatever else is. */
    @Property
    void a_low_balance_ends_when_it_is_mended(@ForAll("facts") Facts facts) {
        if (facts.chain().isPresent()
                && facts.chain().get().registered()
                && facts.chain().get().standing() == Standing.GOOD) {
            assertThat(after(new Node(RunNodeState.LOW_BALANCE, NOW), facts, NOW)
                            .state())
                    .isNotEqualTo(RunNodeState.LOW_BALANCE);
        }
    }

    /** Facts that stay as they are lead somewhere, and from there nowhere: no node goes round in circles. */
    @Property
    void facts_that_stay_bring_a_node_to_rest(@ForAll("nodes") Node node, @ForAll("facts") Facts facts) {
        Instant now = NOW;
        Node one = node;
        for (int i = 0; i < LONGEST_WAY; i++) {
            one = after(one, facts, now);
            now = now.plus(PATIENCE.silence());
        }
        // what is heard stays heard, what is silent stays silent
        var later =
                new Facts(facts.chain(), facts.announced(), facts.bound(), null, facts.inviteTaken(), facts.banned());
        for (int i = 0; i < LONGEST_WAY; i++) {
            one = after(one, later, now);
            now = now.plus(PATIENCE.silence());
        }
        assertThat(RunNodeMachine.decide(one, later, PATIENCE, now)).isEqualTo(new Decision.Stay());
    }
}
