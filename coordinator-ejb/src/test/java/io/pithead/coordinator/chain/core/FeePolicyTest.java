package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pithead.coordinator.chain.core.FeePolicy.Decision;
import io.pithead.coordinator.chain.core.FeePolicy.Market;
import io.pithead.coordinator.chain.core.FeePolicy.Offer;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FeePolicyTest {
    private static final Duration AFTER = Duration.ofSeconds(30);
    private static final FeePolicy POLICY = new FeePolicy(wei(1_000), wei(2), 125, AFTER);

    @Test
    void an_offer_is_twice_the_base_fee_and_the_tip() {
        assertThat(POLICY.first(market(100, 7))).isEqualTo(new Decision.Pay(offer(207, 7)));
    }

    @Test
    void the_least_tip_is_paid_where_the_market_asks_none() {
        assertThat(POLICY.first(market(100, 0))).isEqualTo(new Decision.Pay(offer(202, 2)));
    }

    @Test
    void an_offer_stops_at_the_cap_while_the_block_would_still_take_it() {
        assertThat(POLICY.first(market(900, 7))).isEqualTo(new Decision.Pay(offer(1_000, 7)));
    }

    @Test
    void nothing_is_offered_when_the_base_fee_leaves_no_room_below_the_cap() {
        assertThat(POLICY.first(market(999, 0))).isEqualTo(new Decision.AboveCap(wei(1_001)));
        assertThat(POLICY.first(market(998, 0))).isInstanceOf(Decision.Pay.class);
    }

    @Test
    void what_waits_shortly_is_left_alone() {
        assertThat(POLICY.replacement(offer(10, 2), market(100, 2), AFTER.minusMillis(1)))
                .isEqualTo(new Decision.Keep());
    }

    @Test
    void what_the_market_takes_is_left_alone_for_long_but_not_for_ever() {
        Market calm = market(100, 2);
        assertThat(POLICY.replacement(offer(202, 2), calm, AFTER.multipliedBy(9)))
                .isEqualTo(new Decision.Keep());
        assertThat(POLICY.replacement(offer(202, 2), calm, AFTER.multipliedBy(10)))
                .isEqualTo(new Decision.Pay(offer(228, 3)));
    }

    @Test
    void what_became_too_cheap_is_replaced_by_what_the_market_asks() {
        assertThat(POLICY.replacement(offer(50, 2), market(100, 2), AFTER)).isEqualTo(new Decision.Pay(offer(202, 3)));
    }

    @Test
    void a_replacement_offers_an_eighth_more_rounded_up() {
        assertThat(POLICY.replacement(offer(401, 9), market(400, 2), AFTER))
                .isEqualTo(new Decision.Pay(offer(802, 11)));
        assertThat(POLICY.replacement(offer(801, 2), market(800, 2), AFTER))
                .isEqualTo(new Decision.Pay(offer(1_000, 3)));
    }

    @Test
    void a_replacement_beyond_the_cap_is_not_made() {
        assertThat(POLICY.replacement(offer(900, 2), market(950, 2), AFTER))
                .isEqualTo(new Decision.AboveCap(wei(1_013)));
    }

    @Test
    void a_policy_with_less_than_an_eighth_is_none() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FeePolicy(wei(10), wei(1), 124, AFTER));
        assertThatIllegalArgumentException().isThrownBy(() -> new FeePolicy(wei(1), wei(2), 125, AFTER));
        assertThatIllegalArgumentException().isThrownBy(() -> new FeePolicy(wei(10), wei(1), 125, Duration.ZERO));
    }

    private static BigInteger wei(long amount) {
        return BigInteger.valueOf(amount);
    }

    private static Market market(long base, long tip) {
        return new Market(wei(base), wei(tip));
    }

    private static Offer offer(long max, long tip) {
        return new Offer(wei(max), wei(tip));
    }
}
