package io.pithead.coordinator.verify.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A proof of inference in the manner of TOPLOC (arXiv 2501.16007): the largest activations of a model's last hidden state, as
 * the polynomial through them. Whoever runs the model over the same tokens, which is one pass and no generation, finds the same
 * positions and nearly the same values; another model, prompt or precision does not.
 *
 * <p>A position is reduced by a modulus under which the prover's positions stay apart, a value is the 16 bits of its bfloat16, and the polynomial
 * is over the field of {@value #PRIME} elements: two bytes of modulus and two for each coefficient, 258 for 128 values. All bit
 * patterns from the prime on are NaNs.
 */
public final class Fingerprint {
    public static final int MAX_VALUES = 1_024;

    static final int PRIME = 65_497;
    private static final int MIN_MODULUS = 1 << 15;
    private static final int MANTISSA_BITS = 7;
    private static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
    private static final int EXPONENT_AND_SIGN = 0x1ff;

    private final int modulus;
    private final int[] coefficients;

    private Fingerprint(int modulus, int[] coefficients) {
        this.modulus = modulus;
        this.coefficients = coefficients;
    }

    /** @param position in the hidden state, flattened */
    public record Activation(int position, float value) {
        public Activation {
            if (position < 0 || !Float.isFinite(value)) {
                throw new IllegalArgumentException("an activation has a position and is finite");
            }
        }

        /** As bfloat16, rounded to the nearest and to even. What rounds to infinity stays the largest number. */
        int bits() {
            int bits = Float.floatToRawIntBits(value);
            int rounded = (bits + 0x7fff + (bits >>> Short.SIZE & 1)) >>> Short.SIZE;
            return Float.isFinite(Float.intBitsToFloat(rounded << Short.SIZE)) ? rounded : bits >>> Short.SIZE;
        }
    }

    /**
     * What a recomputation differs by.
     *
     * @param exponents share of the values whose sign or exponent is another one
     * @param meanMantissa of those whose sign and exponent agree; infinite when none do
     */
    public record Difference(double exponents, double meanMantissa, double medianMantissa) {}

    /** How much may differ. */
    public record Thresholds(double exponents, double meanMantissa, double medianMantissa) {
        /** The paper's for bfloat16: 90 of 128 exponents agree, mantissas differ by 10 on average and 8 in the median. */
        public static final Thresholds BFLOAT16 = new Thresholds(38.0 / 128, 10, 8);

        public boolean accepts(Difference difference) {
            return difference.exponents() <= exponents
                    && difference.meanMantissa() <= meanMantissa
                    && difference.medianMantissa() <= medianMantissa;
        }
    }

    /** Whoever runs the model again. */
    public interface Model {
        /** The {@code count} largest of the hidden state of a stretch of tokens, see {@link #largest}. */
        List<Activation> largest(int stretch, int count);
    }

    /** The largest by amount; of equal ones those that come first. */
    public static List<Activation> largest(float[] state, int count) {
        return IntStream.range(0, state.length)
                .mapToObj(position -> new Activation(position, state[position]))
                .sorted(Comparator.comparing((Activation at) -> -Math.abs(at.value()))
                        .thenComparing(Activation::position))
                .limit(count)
                .toList();
    }

    public static Fingerprint of(List<Activation> activations) {
        if (activations.isEmpty() || activations.size() > MAX_VALUES) {
            throw new IllegalArgumentException("1 to " + MAX_VALUES + " activations");
        }
        int modulus = modulus(activations);
        int[] x = activations.stream().mapToInt(at -> at.position() % modulus).toArray();
        int[] y = activations.stream().mapToInt(Activation::bits).toArray();
        return new Fingerprint(modulus, interpolate(x, y));
    }

    /** The largest that keeps the positions apart. */
    private static int modulus(List<Activation> activations) {
        for (int modulus = PRIME; modulus > MIN_MODULUS; modulus--) {
            var seen = new HashSet<Integer>();
            boolean apart = true;
            for (int i = 0; apart && i < activations.size(); i++) {
                apart = seen.add(activations.get(i).position() % modulus);
            }
            if (apart) {
                return modulus;
            }
        }
        throw new IllegalArgumentException("two activations have one position, or no modulus keeps them apart");
    }

    /** Newton's divided differences, then the coefficients from the highest down. */
    private static int[] interpolate(int[] x, int[] y) {
        int[] newton = y.clone();
        for (int order = 1; order < x.length; order++) {
            for (int i = x.length - 1; i >= order; i--) {
                newton[i] = times(newton[i] - newton[i - 1], inverse(x[i] - x[i - order]));
            }
        }
        int[] coefficients = new int[x.length];
        for (int i = x.length - 1; i >= 0; i--) {
            for (int power = x.length - 1; power > 0; power--) {
                coefficients[power] = Math.floorMod(coefficients[power - 1] - times(coefficients[power], x[i]), PRIME);
            }
            coefficients[0] = Math.floorMod(newton[i] - times(coefficients[0], x[i]), PRIME);
        }
        return coefficients;
    }

    private static int times(int a, int b) {
        return (int) Math.floorMod((long) a * b, (long) PRIME);
    }

    /** By Fermat. */
    private static int inverse(int number) {
        int result = 1;
        int power = Math.floorMod(number, PRIME);
        for (int exponent = PRIME - 2; exponent > 0; exponent >>= 1) {
            if ((exponent & 1) == 1) {
                result = times(result, power);
            }
            power = times(power, power);
        }
        return result;
    }

    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * (1 + coefficients.length));
        bytes.putShort((short) modulus);
        for (int coefficient : coefficients) {
            bytes.putShort((short) coefficient);
        }
        return bytes.array();
    }

    /** @return nothing for what {@link #bytes} never writes: a small modulus would let few positions stand for all */
    public static Optional<Fingerprint> parse(byte[] bytes) {
        int count = bytes.length / Short.BYTES - 1;
        if (bytes.length % Short.BYTES != 0 || count < 1 || count > MAX_VALUES) {
            return Optional.empty();
        }
        ByteBuffer from = ByteBuffer.wrap(bytes);
        int modulus = from.getShort() & 0xffff;
        int[] coefficients = new int[count];
        Arrays.setAll(coefficients, i -> from.getShort() & 0xffff);
        boolean known = modulus > MIN_MODULUS
                && modulus <= PRIME
                && Arrays.stream(coefficients).allMatch(coefficient -> coefficient < PRIME);
        return known ? Optional.of(new Fingerprint(modulus, coefficients)) : Optional.empty();
    }

    /** How many values it is over. */
    public int size() {
        return coefficients.length;
    }

    /** @param recomputed as many as it is over, by who judges */
    public Difference compare(List<Activation> recomputed) {
        if (recomputed.size() != size()) {
            throw new IllegalArgumentException(recomputed.size() + " activations for a proof over " + size());
        }
        var mantissas = new ArrayList<Integer>();
        for (Activation own : recomputed) {
            int claimed = at(own.position() % modulus);
            if (exponent(claimed) == exponent(own.bits())) {
                mantissas.add(Math.abs((claimed & MANTISSA) - (own.bits() & MANTISSA)));
            }
        }
        mantissas.sort(null);
        double mismatched = 1 - mantissas.size() / (double) size();
        return mantissas.isEmpty()
                ? new Difference(mismatched, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY)
                : new Difference(
                        mismatched,
                        mantissas.stream().mapToInt(Integer::intValue).average().orElseThrow(),
                        median(mantissas));
    }

    private static double median(List<Integer> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
    }

    private static int exponent(int bits) {
        return bits >>> MANTISSA_BITS & EXPONENT_AND_SIGN;
    }

    private int at(int x) {
        int value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = Math.floorMod(times(value, x) + coefficients[i], PRIME);
        }
        return value;
    }

    /** What a proof must be over: a prover who could choose would prove little. */
    public record Extent(int stretches, int values) {}

    /** The first stretch of a proof that is missing, too many, too short or not borne out by the model; nothing when all are right. */
    public static Optional<Integer> firstWrong(
            List<Fingerprint> proof, Extent extent, Model model, Thresholds thresholds) {
        for (int stretch = 0; stretch < extent.stretches(); stretch++) {
            if (stretch >= proof.size() || proof.get(stretch).size() != extent.values()) {
                return Optional.of(stretch);
            }
            if (!thresholds.accepts(proof.get(stretch).compare(model.largest(stretch, extent.values())))) {
                return Optional.of(stretch);
            }
        }
        return proof.size() > extent.stretches() ? Optional.of(extent.stretches()) : Optional.empty();
    }
}
