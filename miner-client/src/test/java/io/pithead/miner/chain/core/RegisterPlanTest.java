package io.pithead.miner.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.chain.core.RegisterPlan.Facts;
import io.pithead.miner.chain.core.RegisterPlan.Step;
import io.pithead.protocol.signing.Address;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegisterPlanTest {
    private static final Address PROVIDER = new Address("0x" + "11".repeat(20));
    private static final Address OTHER = new Address("0x" + "22".repeat(20));

    private static BigInteger tokens(long number) {
        return BigInteger.valueOf(number);
    }

    private static Facts facts(boolean registered, long stake, long required, Optional<Address> of, long tokens) {
        return new Facts(
                PROVIDER,
                registered,
                false,
                tokens(stake),
                tokens(required),
                of,
                of.isPresent() ? NodeState.REGISTERED : NodeState.UNKNOWN,
                tokens(tokens));
    }

    @Test
    void a_newcomer_stakes_all_that_is_needed_and_registers_its_node() {
        assertThat(RegisterPlan.of(facts(false, 0, 150, Optional.empty(), 150)))
                .isEqualTo(new RegisterPlan.Go(List.of(Step.REGISTER_PROVIDER, Step.REGISTER_NODE), tokens(150)));
    }

    @Test
    void a_provider_with_enough_registers_the_node_alone() {
        assertThat(RegisterPlan.of(facts(true, 200, 200, Optional.empty(), 0)))
                .isEqualTo(new RegisterPlan.Go(List.of(Step.REGISTER_NODE), tokens(0)));
    }

    @Test
    void a_provider_with_too_little_adds_what_is_missing() {
        assertThat(RegisterPlan.of(facts(true, 150, 200, Optional.empty(), 60)))
                .isEqualTo(new RegisterPlan.Go(List.of(Step.INCREASE_STAKE, Step.REGISTER_NODE), tokens(50)));
    }

    @Test
    void a_provider_who_comes_back_with_stake_left_registers_with_the_rest() {
        assertThat(RegisterPlan.of(facts(false, 150, 150, Optional.empty(), 0)))
                .isEqualTo(new RegisterPlan.Go(List.of(Step.REGISTER_PROVIDER, Step.REGISTER_NODE), tokens(0)));
    }

    @Test
    void what_is_all_there_needs_nothing() {
        assertThat(RegisterPlan.of(facts(true, 150, 150, Optional.of(PROVIDER), 0)))
                .isEqualTo(new RegisterPlan.Go(List.of(), tokens(0)));
    }

    @Test
    void too_few_tokens_are_named_before_anything_is_sent() {
        assertThat(RegisterPlan.of(facts(false, 0, 150, Optional.empty(), 149)))
                .isEqualTo(new RegisterPlan.TooFewTokens(tokens(150), tokens(149)));
    }

    @Test
    void another_providers_node_an_ejected_one_and_a_blacklisted_provider_cannot_be_registered() {
        assertThat(RegisterPlan.of(facts(true, 200, 200, Optional.of(OTHER), 0)))
                .isInstanceOfSatisfying(
                        RegisterPlan.Impossible.class,
                        impossible -> assertThat(impossible.why()).contains("another provider"));
        var ejected = new Facts(
                PROVIDER, true, false, tokens(200), tokens(200), Optional.empty(), NodeState.EJECTED, tokens(0));
        assertThat(RegisterPlan.of(ejected)).isInstanceOf(RegisterPlan.Impossible.class);
        var blacklisted = new Facts(
                PROVIDER, false, true, tokens(0), tokens(150), Optional.empty(), NodeState.UNKNOWN, tokens(200));
        assertThat(RegisterPlan.of(blacklisted)).isInstanceOf(RegisterPlan.Impossible.class);
    }
}
