package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.NoncePolicy.Counts;
import io.pithead.coordinator.chain.core.NoncePolicy.Decision;
import io.pithead.coordinator.chain.core.NoncePolicy.Known;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class NoncePolicyPropertyTest {
    /** Safety: once a key has begun, no sequence of answers makes a nonce be given twice or left out. */
    @Property
    void a_lying_node_never_makes_a_nonce_be_given_twice_or_left_out(
            @ForAll @LongRange(min = 0, max = 50) long first,
            @ForAll @Size(max = 60) List<@LongRange(min = -2, max = 120) Long> latest,
            @ForAll @LongRange(min = -3, max = 20) long morePending) {
        long next = first;
        var given = new HashSet<Long>();
        for (long count : latest) {
            var known = new Known(OptionalLong.of(next), first);
            if (NoncePolicy.decide(known, new Counts(count, count + morePending)) instanceof Decision.Go go) {
                assertThat(go.next()).isEqualTo(next);
                assertThat(given.add(go.next())).isTrue();
                next++;
            }
        }
        assertThat(given).hasSize((int) (next - first));
    }

    /** Progress: a node that tells the truth is always gone on with, whatever a crash left unsent. */
    @Property
    void an_honest_node_is_gone_on_with(
            @ForAll @LongRange(min = 0, max = 1_000) long settled,
            @ForAll @LongRange(min = 0, max = 100) long mined,
            @ForAll @LongRange(min = 0, max = 100) long waiting,
            @ForAll @LongRange(min = 0, max = 100) long unsent) {
        long latest = settled + mined;
        long pending = latest + waiting;
        assertThat(NoncePolicy.decide(
                        new Known(OptionalLong.of(pending + unsent), settled), new Counts(latest, pending)))
                .isEqualTo(new Decision.Go(pending + unsent, latest));
    }
}
