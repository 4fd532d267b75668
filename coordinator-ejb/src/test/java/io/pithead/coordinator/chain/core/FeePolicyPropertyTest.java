package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.FeePolicy.Decision;
import io.pithead.coordinator.chain.core.FeePolicy.Market;
import io.pithead.coordinator.chain.core.FeePolicy.Offer;
import java.math.BigInteger;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class FeePolicyPropertyTest {
    private static final Duration AFTER = Duration.ofSeconds(10);
    private static final BigInteger EIGHT = BigInteger.valueOf(8);
    private static final BigInteger NINE = BigInteger.valueOf(9);

    /** Safety: whatever a node says of its market, nobody pays more than the operator allowed. */
    @Property
    void no_offer_exceeds_the_cap(
            @ForAll @LongRange(min = 1) long cap,
            @ForAll @LongRange(min = 0) long base,
            @ForAll @LongRange(min = 0) long tip,
            @ForAll @LongRange(min = 0) long oldMax,
            @ForAll @IntRange(min = 0, max = 1_000) int seconds) {
        var policy = new FeePolicy(wei(cap), BigInteger.ZERO, 125, AFTER);
        var market = new Market(wei(base), wei(tip));
        if (policy.first(market) instanceof Decision.Pay(Offer offer)) {
            assertThat(offer.maxFee()).isBetween(wei(base), wei(cap));
            assertThat(offer.tip()).isBetween(BigInteger.ZERO, offer.maxFee());
        }
        var old = new Offer(wei(oldMax), wei(oldMax / 3));
        if (policy.replacement(old, market, Duration.ofSeconds(seconds)) instanceof Decision.Pay(Offer offer)) {
            assertThat(offer.maxFee()).isLessThanOrEqualTo(wei(cap));
            assertThat(offer.tip()).isLessThanOrEqualTo(offer.maxFee());
        }
    }

    /** Nodes refuse a replacement that offers less than an eighth more, of either fee. */
    @Property
    void a_replacement_offers_at_least_an_eighth_more_of_both_fees(
            @ForAll @LongRange(min = 0, max = 1L << 60) long oldMax,
            @ForAll @LongRange(min = 0, max = 1L << 60) long oldTip,
            @ForAll @LongRange(min = 0, max = 1L << 60) long base) {
        var policy = new FeePolicy(BigInteger.TWO.pow(200), BigInteger.ONE, 125, AFTER);
        var old = new Offer(wei(oldMax), wei(oldTip));
        var market = new Market(wei(base), BigInteger.ONE);

        Decision decision = policy.replacement(old, market, AFTER.multipliedBy(FeePolicy.PATIENCE));

        assertThat(decision).isInstanceOf(Decision.Pay.class);
        Offer fresh = ((Decision.Pay) decision).offer();
        assertThat(fresh.maxFee().multiply(EIGHT))
                .isGreaterThanOrEqualTo(old.maxFee().multiply(NINE));
        assertThat(fresh.tip().multiply(EIGHT)).isGreaterThanOrEqualTo(old.tip().multiply(NINE));
        assertThat(fresh.maxFee()).isGreaterThan(old.maxFee());
        assertThat(fresh.tip()).isGreaterThan(old.tip());
    }

    /** Progress: while the base fee is below the cap, what is too cheap is replaced until the market takes it. */
    @Property(tries = 200)
    void an_offer_reaches_the_market_in_a_bounded_number_of_replacements(
            @ForAll @LongRange(min = 1, max = 1_000_000) long base,
            @ForAll @LongRange(min = 0, max = 1_000_000) long oldMax) {
        var policy = new FeePolicy(wei(4 * base + 4 * oldMax + 100), BigInteger.ONE, 125, AFTER);
        var market = new Market(wei(base), BigInteger.ONE);
        var offer = new Offer(wei(oldMax), BigInteger.ZERO);
        for (int i = 0; offer.maxFee().compareTo(wei(base + 1)) < 0; i++) {
            assertThat(i).isLessThan(2);
            offer = ((Decision.Pay) policy.replacement(offer, market, AFTER)).offer();
        }
    }

    private static BigInteger wei(long amount) {
        return BigInteger.valueOf(amount);
    }
}
