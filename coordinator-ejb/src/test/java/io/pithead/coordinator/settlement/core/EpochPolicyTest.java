package io.pithead.coordinator.settlement.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pithead.coordinator.settlement.core.EpochPolicy.Asked;
import io.pithead.coordinator.settlement.core.EpochPolicy.Facts;
import io.pithead.coordinator.settlement.core.EpochPolicy.Posted;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.coordinator.settlement.core.EpochPolicy.Step;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpochPolicyTest {
    private static final Instant ACTIVE = Instant.parse("2026-11-01T12:00:00Z");
    private static final Instant BEFORE = ACTIVE.minusSeconds(1);
    private static final Root ROOT = new Root("0xaa", BigInteger.valueOf(100), "0xbb");
    private static final Optional<Asked> NOT = Optional.empty();
    private static final Optional<Asked> UNDERWAY = Optional.of(new Asked.Underway("SIGNED"));
    private static final Optional<Asked> MINED = Optional.of(new Asked.Mined());
    private static final Optional<Asked> FAILED = Optional.of(new Asked.Failed("REFUSED: no gas"));

    private static Step funding(long funded, Optional<Asked> approval, Optional<Asked> funding) {
        return EpochPolicy.next(new Facts(
                EpochState.FUNDING,
                ROOT,
                BigInteger.valueOf(funded),
                approval,
                funding,
                NOT,
                Optional.empty(),
                BEFORE));
    }

    private static Step after(EpochState state, Optional<Asked> posting, Optional<Posted> posted, Instant time) {
        return EpochPolicy.next(new Facts(state, ROOT, ROOT.total(), NOT, NOT, posting, posted, time));
    }

    @Test
    void what_is_missing_is_approved_then_funded() {
        assertThat(funding(30, NOT, NOT)).isEqualTo(new Step.Approve(BigInteger.valueOf(70)));
        assertThat(funding(30, UNDERWAY, NOT)).isInstanceOf(Step.Wait.class);
        assertThat(funding(30, MINED, NOT)).isEqualTo(new Step.Fund(BigInteger.valueOf(70)));
        assertThat(funding(30, MINED, UNDERWAY)).isInstanceOf(Step.Wait.class);
        assertThat(funding(30, MINED, MINED)).isInstanceOf(Step.Wait.class);
    }

    @Test
    void what_others_gave_meanwhile_is_not_given_again() {
        assertThat(funding(80, MINED, NOT)).isEqualTo(new Step.Fund(BigInteger.valueOf(20)));
        assertThat(funding(100, NOT, NOT)).isEqualTo(new Step.Funded());
        assertThat(funding(101, MINED, UNDERWAY)).isEqualTo(new Step.Funded());
    }

    @Test
    void what_failed_waits_for_a_person_and_says_why() {
        assertThat(funding(0, FAILED, NOT)).isInstanceOf(Step.Stuck.class);
        assertThat(funding(0, MINED, FAILED))
                .isEqualTo(new Step.Stuck("the transaction with the funding failed: REFUSED: no gas"));
        assertThat(after(EpochState.POSTING, FAILED, Optional.empty(), BEFORE)).isInstanceOf(Step.Stuck.class);
    }

    @Test
    void a_root_is_posted_once_and_counts_when_it_is_final() {
        assertThat(after(EpochState.POSTING, NOT, Optional.empty(), BEFORE)).isEqualTo(new Step.Post());
        assertThat(after(EpochState.POSTING, UNDERWAY, Optional.empty(), BEFORE))
                .isInstanceOf(Step.Wait.class);
        assertThat(after(EpochState.POSTING, MINED, Optional.empty(), BEFORE)).isInstanceOf(Step.Wait.class);
        assertThat(after(EpochState.POSTING, MINED, Optional.of(new Posted(ROOT, ACTIVE, false)), BEFORE))
                .isEqualTo(new Step.Pend(ACTIVE));
    }

    @Test
    void another_root_is_not_taken_for_ours() {
        for (Root other : new Root[] {
            new Root("0xab", ROOT.total(), ROOT.leavesHash()),
            new Root(ROOT.hash(), BigInteger.ONE, ROOT.leavesHash()),
            new Root(ROOT.hash(), ROOT.total(), "0xbc")
        }) {
            assertThat(after(EpochState.POSTING, MINED, Optional.of(new Posted(other, ACTIVE, false)), BEFORE))
                    .isInstanceOf(Step.Stuck.class);
        }
    }

    @Test
    void a_pending_root_becomes_active_when_its_window_is_over_unless_it_was_withdrawn() {
        var posted = new Posted(ROOT, ACTIVE, false);
        assertThat(after(EpochState.PENDING, MINED, Optional.of(posted), BEFORE))
                .isInstanceOf(Step.Wait.class);
        assertThat(after(EpochState.PENDING, MINED, Optional.of(posted), ACTIVE))
                .isEqualTo(new Step.Activate());
        var withdrawn = new Posted(ROOT, ACTIVE, true);
        assertThat(after(EpochState.PENDING, MINED, Optional.of(withdrawn), ACTIVE))
                .isEqualTo(new Step.Withdraw(ACTIVE));
        assertThat(after(EpochState.POSTING, MINED, Optional.of(withdrawn), BEFORE))
                .isEqualTo(new Step.Withdraw(ACTIVE));
        assertThat(after(EpochState.PENDING, MINED, Optional.empty(), ACTIVE)).isInstanceOf(Step.Wait.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTIVE", "WITHDRAWN"})
    void an_end_is_one(EpochState state) {
        assertThat(after(state, MINED, Optional.of(new Posted(ROOT, ACTIVE, true)), ACTIVE))
                .isEqualTo(new Step.Rest());
        for (EpochState next : EpochState.values()) {
            assertThat(state.canBecome(next)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSING", "HASHING"})
    void nothing_goes_to_the_chain_before_the_leaves_are_known(EpochState state) {
        assertThatIllegalArgumentException().isThrownBy(() -> after(state, NOT, Optional.empty(), BEFORE));
    }
}
