package io.pithead.coordinator.sanction.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.sanction.core.SanctionPolicy.Asked;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Ejection;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Facts;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Slash;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Standing;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Step;
import io.pithead.protocol.chain.Sanction.State;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SanctionPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Asked UNDERWAY = new Asked.Underway();
    private static final Asked DONE = new Asked.Done();
    private static final Asked FAILED = new Asked.Failed("no");

    private static Facts ejecting(boolean ejected, Optional<Asked> asked) {
        return new Facts(
                State.FOUND,
                ejected,
                asked,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                NOW);
    }

    private static Step proposing(State state, Optional<Slash> slash, Optional<Asked> proposal) {
        return SanctionPolicy.slash(new Facts(
                state,
                true,
                Optional.empty(),
                slash,
                proposal,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                NOW));
    }

    /** Each asked of the same: execution, lapse and withdrawal. */
    private static Step disputing(State state, Slash slash, boolean withdrawing, Optional<Asked> asked, Instant time) {
        return SanctionPolicy.slash(new Facts(
                state,
                true,
                Optional.empty(),
                Optional.of(slash),
                Optional.of(DONE),
                asked,
                asked,
                withdrawing,
                asked,
                time));
    }

    private static Slash slash(Standing standing) {
        return new Slash(7, standing, BigInteger.TEN, LATER, standing == Standing.PROPOSED ? null : LATER);
    }

    @Test
    void a_node_is_ejected_once_and_whoever_did_it() {
        assertThat(SanctionPolicy.ejection(ejecting(false, Optional.empty()))).isEqualTo(new Ejection.Ask());
        assertThat(SanctionPolicy.ejection(ejecting(true, Optional.empty()))).isEqualTo(new Ejection.Done());
        assertThat(SanctionPolicy.ejection(ejecting(false, Optional.of(UNDERWAY))))
                .isEqualTo(new Ejection.Wait());
        assertThat(SanctionPolicy.ejection(ejecting(false, Optional.of(FAILED))))
                .isEqualTo(new Ejection.Refused("no"));
        assertThat(SanctionPolicy.ejection(ejecting(true, Optional.of(FAILED)))).isEqualTo(new Ejection.Done());
    }

    @Test
    void one_that_was_reinstated_is_not_ejected_again_for_the_same() {
        assertThat(SanctionPolicy.ejection(ejecting(false, Optional.of(DONE)))).isEqualTo(new Ejection.Done());
    }

    @Test
    void a_slash_is_proposed_once_and_known_by_what_the_chain_made_of_it() {
        assertThat(proposing(State.FOUND, Optional.empty(), Optional.empty())).isEqualTo(new Step.Propose());
        assertThat(proposing(State.FOUND, Optional.empty(), Optional.of(UNDERWAY)))
                .isEqualTo(new Step.Wait());
        assertThat(proposing(State.FOUND, Optional.empty(), Optional.of(DONE))).isEqualTo(new Step.Wait());
        Slash proposed = slash(Standing.PROPOSED);
        assertThat(proposing(State.FOUND, Optional.of(proposed), Optional.of(DONE)))
                .isEqualTo(new Step.Move(State.PROPOSED, proposed));
    }

    @Test
    void what_was_refused_rests_until_its_transaction_is_on_its_way_again() {
        assertThat(proposing(State.FOUND, Optional.empty(), Optional.of(FAILED)))
                .isEqualTo(new Step.Refuse("no"));
        assertThat(proposing(State.REFUSED, Optional.empty(), Optional.of(FAILED)))
                .isEqualTo(new Step.Wait());
        assertThat(proposing(State.REFUSED, Optional.empty(), Optional.empty())).isEqualTo(new Step.Wait());
        assertThat(proposing(State.REFUSED, Optional.empty(), Optional.of(UNDERWAY)))
                .isEqualTo(new Step.Again());
    }

    @Test
    void nothing_is_executed_before_the_appeal_window_is_over_by_the_chains_clock() {
        Slash slash = slash(Standing.PROPOSED);
        assertThat(disputing(State.PROPOSED, slash, false, Optional.empty(), LATER.minusSeconds(1)))
                .isEqualTo(new Step.Wait());
        assertThat(disputing(State.PROPOSED, slash, false, Optional.empty(), LATER))
                .isEqualTo(new Step.Execute());
        assertThat(disputing(State.PROPOSED, slash, false, Optional.of(UNDERWAY), LATER))
                .isEqualTo(new Step.Wait());
        assertThat(disputing(State.PROPOSED, slash, false, Optional.of(FAILED), LATER))
                .isEqualTo(new Step.Stuck("the execution failed: no"));
    }

    @Test
    void an_appeal_that_nobody_decides_lapses_and_is_never_executed_from_here() {
        Slash slash = slash(Standing.APPEALED);
        assertThat(disputing(State.PROPOSED, slash, false, Optional.empty(), LATER))
                .isEqualTo(new Step.Move(State.APPEALED, slash));
        assertThat(disputing(State.APPEALED, slash, false, Optional.empty(), NOW))
                .isEqualTo(new Step.Wait());
        assertThat(disputing(State.APPEALED, slash, false, Optional.empty(), LATER))
                .isEqualTo(new Step.Lapse());
    }

    @Test
    void one_that_is_taken_back_is_neither_executed_nor_lapsed_even_when_taking_it_back_fails() {
        for (Standing standing : new Standing[] {Standing.PROPOSED, Standing.APPEALED}) {
            State state = State.valueOf(standing.name());
            assertThat(disputing(state, slash(standing), true, Optional.empty(), LATER))
                    .isEqualTo(new Step.Withdraw());
            assertThat(disputing(state, slash(standing), true, Optional.of(FAILED), LATER))
                    .isEqualTo(new Step.Stuck("the withdrawal failed: no"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Standing.class,
            names = {"EXECUTED", "WITHDRAWN", "OVERTURNED", "LAPSED"})
    void what_the_chain_says_ends_it_whatever_was_asked(Standing end) {
        State to = State.valueOf(end.name());
        Slash slash = slash(end);
        for (State state : new State[] {State.PROPOSED, State.APPEALED}) {
            assertThat(disputing(state, slash, true, Optional.of(FAILED), LATER))
                    .isEqualTo(new Step.Move(to, slash));
        }
        assertThat(disputing(to, slash, true, Optional.of(FAILED), LATER)).isEqualTo(new Step.Wait());
    }
}
