package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.verify.core.Fingerprint.Activation;
import io.pithead.coordinator.verify.core.Fingerprint.Difference;
import io.pithead.coordinator.verify.core.Fingerprint.Extent;
import io.pithead.coordinator.verify.core.Fingerprint.Thresholds;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final int STATE = 32 * 4_096;
    private static final int TOP = 128;
    private static final Extent EXTENT = new Extent(2, TOP);

    @Test
    void a_proof_over_128_values_has_258_bytes_and_reads_back() {
        byte[] bytes = Fingerprint.of(top(state(1))).bytes();

        assertThat(bytes).hasSize(258);
        assertThat(Fingerprint.parse(bytes).orElseThrow().bytes()).isEqualTo(bytes);
    }

    @Property(tries = 30)
    void the_same_activations_differ_in_nothing(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int count) {
        List<Activation> activations = Fingerprint.largest(state(seed), count);

        assertThat(Fingerprint.of(activations).compare(activations)).isEqualTo(new Difference(0, 0, 0));
    }

    @Test
    void another_order_of_additions_is_accepted() {
        float[] state = state(2);
        // a relative error of a few units of bfloat16's last place, as other kernels and cards give
        float[] again = noisy(state, 0.01);

        Difference difference = Fingerprint.of(top(state)).compare(top(again));

        assertThat(difference.meanMantissa()).isGreaterThan(0);
        assertThat(Thresholds.BFLOAT16.accepts(difference)).isTrue();
    }

    @Test
    void another_model_is_refused() {
        Difference difference = Fingerprint.of(top(state(3))).compare(top(state(4)));

        assertThat(difference.exponents()).isGreaterThan(0.9);
        assertThat(Thresholds.BFLOAT16.accepts(difference)).isFalse();
    }

    @Test
    void a_coarser_precision_is_refused() {
        float[] state = state(5);

        // a tenth off, as weights of few bits leave it
        assertThat(Thresholds.BFLOAT16.accepts(
                        Fingerprint.of(top(noisy(state, 0.3))).compare(top(state))))
                .isFalse();
    }

    @Test
    void each_threshold_refuses_by_itself() {
        assertThat(Thresholds.BFLOAT16.accepts(new Difference(38.0 / 128, 10, 8)))
                .isTrue();
        assertThat(Thresholds.BFLOAT16.accepts(new Difference(39.0 / 128, 10, 8)))
                .isFalse();
        assertThat(Thresholds.BFLOAT16.accepts(new Difference(0, 10.1, 8))).isFalse();
        assertThat(Thresholds.BFLOAT16.accepts(new Difference(0, 10, 8.5))).isFalse();
        assertThat(Thresholds.BFLOAT16.accepts(new Difference(0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY)))
                .isFalse();
    }

    @Test
    void a_proof_that_is_missing_too_short_or_too_long_is_wrong() {
        float[] state = state(6);
        Fingerprint right = Fingerprint.of(top(state));
        Fingerprint small = Fingerprint.of(Fingerprint.largest(state, 1));

        assertThat(firstWrong(state, List.of(right, right))).isEmpty();
        assertThat(firstWrong(state, List.of())).contains(0);
        assertThat(firstWrong(state, List.of(right))).contains(1);
        assertThat(firstWrong(state, List.of(right, small))).contains(1);
        assertThat(firstWrong(state, List.of(right, right, right))).contains(2);
        assertThat(firstWrong(state, List.of(right, Fingerprint.of(top(state(7))))))
                .contains(1);
    }

    @Test
    void bytes_that_no_prover_writes_are_refused() {
        byte[] right = Fingerprint.of(top(state(8))).bytes();
        byte[] smallModulus = right.clone();
        smallModulus[0] = 0;
        byte[] largeModulus = right.clone();
        Arrays.fill(largeModulus, 0, 2, (byte) 0xff);
        byte[] largeCoefficient = right.clone();
        Arrays.fill(largeCoefficient, 2, 4, (byte) 0xff);

        assertThat(Fingerprint.parse(new byte[0])).isEmpty();
        assertThat(Fingerprint.parse(new byte[2])).isEmpty();
        assertThat(Fingerprint.parse(Arrays.copyOf(right, 257))).isEmpty();
        assertThat(Fingerprint.parse(Arrays.copyOf(right, 2 * (Fingerprint.MAX_VALUES + 1))))
                .isPresent();
        assertThat(Fingerprint.parse(Arrays.copyOf(right, 2 * (Fingerprint.MAX_VALUES + 2))))
                .isEmpty();
        assertThat(Fingerprint.parse(smallModulus)).isEmpty();
        assertThat(Fingerprint.parse(largeModulus)).isEmpty();
        assertThat(Fingerprint.parse(largeCoefficient)).isEmpty();
    }

    @Property(tries = 200)
    void any_bytes_are_read_or_refused_and_compared_without_a_fault(@ForAll byte[] bytes) {
        Optional<Fingerprint> read = Fingerprint.parse(bytes);

        read.ifPresent(proof -> assertThat(
                        Thresholds.BFLOAT16.accepts(proof.compare(Fingerprint.largest(state(9), proof.size()))))
                .isFalse());
    }

    @Property
    void a_value_is_rounded_to_the_nearest_bfloat16(@ForAll float value) {
        // the largest of all would round to infinity
        if (Math.abs(value) <= 0x1.fep127f) {
            int bits = new Activation(0, value).bits();
            float rounded = Float.intBitsToFloat(bits << Short.SIZE);

            assertThat(bits).isBetween(0, Fingerprint.PRIME - 1);
            assertThat(Math.abs((double) rounded - value)).isLessThanOrEqualTo(Math.ulp(value) * 32_768.0);
        }
    }

    @Test
    void the_largest_are_taken_by_amount_and_the_first_of_equal_ones() {
        assertThat(Fingerprint.largest(new float[] {1, -5, 2, 5}, 3))
                .containsExactly(new Activation(1, -5), new Activation(3, 5), new Activation(2, 2));
    }

    @Test
    void two_activations_at_one_place_are_refused() {
        List<Activation> twice = List.of(new Activation(3, 1), new Activation(3, 2));

        assertThatThrownBy(() -> Fingerprint.of(twice)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Activation(0, Float.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Optional<Integer> firstWrong(float[] state, List<Fingerprint> proof) {
        return Fingerprint.firstWrong(
                proof, EXTENT, (stretch, count) -> Fingerprint.largest(state, count), Thresholds.BFLOAT16);
    }

    private static List<Activation> top(float[] state) {
        return Fingerprint.largest(state, TOP);
    }

    /** Heavy tails, as hidden states have. */
    private static float[] state(long seed) {
        var random = new Random(seed);
        float[] state = new float[STATE];
        for (int i = 0; i < state.length; i++) {
            state[i] = (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
        }
        return state;
    }

    private static float[] noisy(float[] state, double relative) {
        var random = new Random(state.length);
        float[] noisy = state.clone();
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] *= (float) (1 + relative * random.nextGaussian());
        }
        return noisy;
    }
}
