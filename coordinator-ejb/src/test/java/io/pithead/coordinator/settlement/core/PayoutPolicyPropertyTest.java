package io.pithead.coordinator.settlement.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.settlement.core.PayoutPolicy.Payee;
import io.pithead.coordinator.settlement.core.PayoutPolicy.Payout;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PayoutPolicyPropertyTest {
    private static final BigInteger MINIMUM = BigInteger.TEN;

    /** Every third has no pots yet, and four share each address. */
    private static void fill(List<Integer> amounts, List<Payee> payees, Map<UUID, BigInteger> available) {
        for (int i = 0; i < amounts.size(); i++) {
            UUID account = new UUID(0, i);
            payees.add(new Payee(account, "0x" + i / 4));
            if (i % 3 > 0) {
                available.put(account, BigInteger.valueOf(amounts.get(i)));
            }
        }
    }

    @Property
    void everybody_with_enough_is_paid_all_of_it_once_and_nobody_else(
            @ForAll @Size(max = 60) List<@IntRange(max = 30) Integer> amounts) {
        var payees = new ArrayList<Payee>();
        var available = new HashMap<UUID, BigInteger>();
        fill(amounts, payees, available);

        List<Payout> payouts = PayoutPolicy.payouts(payees, available, MINIMUM);

        assertThat(payouts).extracting(Payout::account).doesNotHaveDuplicates();
        for (Payee payee : payees) {
            BigInteger has = available.getOrDefault(payee.account(), BigInteger.ZERO);
            var paid = payouts.stream()
                    .filter(payout -> payout.account().equals(payee.account()))
                    .toList();
            if (has.compareTo(MINIMUM) < 0) {
                assertThat(paid).isEmpty();
            } else {
                assertThat(paid).containsExactly(new Payout(payee.account(), payee.address(), has));
            }
        }
    }

    @Property
    void leaves_grow_by_what_is_paid(@ForAll @Size(max = 60) List<@IntRange(max = 30) Integer> amounts) {
        var payees = new ArrayList<Payee>();
        var available = new HashMap<UUID, BigInteger>();
        fill(amounts, payees, available);
        List<Payout> payouts = PayoutPolicy.payouts(payees, available, MINIMUM);

        Map<String, BigInteger> leaves = PayoutPolicy.byAddress(payouts);

        assertThat(leaves.values().stream().reduce(BigInteger.ZERO, BigInteger::add))
                .isEqualTo(PayoutPolicy.sum(payouts));
        assertThat(leaves.values()).allMatch(amount -> amount.signum() > 0);
        payouts.forEach(payout -> assertThat(leaves).containsKey(payout.address()));
    }

    @Example
    void nothing_is_never_paid() {
        UUID account = new UUID(0, 1);
        assertThat(PayoutPolicy.payouts(
                        List.of(new Payee(account, "0x1")), Map.of(account, BigInteger.ZERO), BigInteger.ZERO))
                .isEmpty();
    }

    @Example
    void an_epoch_is_due_when_its_time_is_over() {
        Instant before = Instant.parse("2026-11-01T00:00:00Z");
        Duration day = Duration.ofDays(1);
        assertThat(PayoutPolicy.isDue(before, day, before.plus(day))).isTrue();
        assertThat(PayoutPolicy.isDue(before, day, before.plus(day).minusNanos(1)))
                .isFalse();
    }
}
