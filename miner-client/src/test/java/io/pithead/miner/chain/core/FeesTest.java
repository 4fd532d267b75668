package io.pithead.miner.chain.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import org.junit.jupiter.api.Test;

class FeesTest {
    private static final BigInteger GWEI = BigInteger.TEN.pow(9);

    private static BigInteger gwei(long number) {
        return GWEI.multiply(BigInteger.valueOf(number));
    }

    @Test
    void twice_the_base_fee_and_the_tip_are_offered() {
        assertThat(Fees.offer(gwei(10), gwei(1), gwei(200))).isEqualTo(new Fees.Offer.Pay(gwei(21), gwei(1)));
    }

    @Test
    void a_dear_market_is_said_with_what_it_takes() {
        assertThat(Fees.offer(gwei(200), gwei(1), gwei(200)))
                .isEqualTo(new Fees.Offer.TooDear(gwei(200).add(Fees.MIN_TIP)));
    }

    @Property
    void nothing_that_a_node_says_offers_more_than_the_owner_allows(
            @ForAll @BigRange(min = "0", max = "1000000000000000000000") BigInteger base,
            @ForAll @BigRange(min = "0", max = "1000000000000000000000") BigInteger tip,
            @ForAll @BigRange(min = "1", max = "1000000000000000000") BigInteger cap) {
        switch (Fees.offer(base, tip, cap)) {
            case Fees.Offer.Pay pay -> {
                assertThat(pay.maxFee()).isLessThanOrEqualTo(cap);
                assertThat(pay.tip()).isPositive().isLessThanOrEqualTo(pay.maxFee());
                assertThat(pay.maxFee()).as("the block would take it").isGreaterThanOrEqualTo(base.add(Fees.MIN_TIP));
            }
            case Fees.Offer.TooDear dear -> assertThat(dear.neededWei()).isGreaterThan(cap);
        }
    }

    @Test
    void gas_has_a_fifth_more_and_a_bound() {
        assertThat(Fees.limit(100_000)).isEqualTo(120_000);
        assertThat(Fees.limit(1)).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> Fees.limit(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Fees.limit(Fees.MAX_GAS + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Fees.limit(Long.MAX_VALUE));
    }

    @Test
    void amounts_are_said_without_needless_digits() {
        assertThat(Fees.gwei(gwei(3).add(GWEI.shiftRight(1)))).isEqualTo("3.5");
        assertThat(Fees.coins(BigInteger.TEN.pow(20))).isEqualTo("100");
        assertThat(Fees.coins(BigInteger.ONE)).isEqualTo("0.000000000000000001");
        assertThat(Fees.coins(BigInteger.ZERO)).isEqualTo("0");
    }
}
