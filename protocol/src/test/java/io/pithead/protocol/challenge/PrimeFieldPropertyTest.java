package io.pithead.protocol.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class PrimeFieldPropertyTest {
    private static final BigInteger P = BigInteger.valueOf(PrimeField.P);

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    @Example
    void it_is_the_prime_of_mersenne() {
        assertThat(P).isEqualTo(BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE));
        assertThat(P.isProbablePrime(100)).isTrue();
    }

    @Property(tries = 5_000)
    void sums_and_products_are_those_of_the_numbers(
            @ForAll @LongRange(max = PrimeField.P - 1) long a, @ForAll @LongRange(max = PrimeField.P - 1) long b) {
        assertThat(big(PrimeField.add(a, b))).isEqualTo(big(a).add(big(b)).mod(P));
        assertThat(big(PrimeField.multiply(a, b)))
                .isEqualTo(big(a).multiply(big(b)).mod(P));
    }

    @Property(tries = 2_000)
    void any_long_has_its_place(@ForAll long value) {
        assertThat(big(PrimeField.of(value))).isEqualTo(big(value).mod(P));
    }

    @Property(tries = 300)
    void rows_of_bytes_and_of_whole_numbers_are_multiplied_exactly(
            @ForAll @IntRange(min = 1, max = 300) int length, @ForAll long seed) {
        var random = new Random(seed);
        long[] vector = random.longs(length, 0, PrimeField.P).toArray();
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        int[] numbers = random.ints(length).toArray();
        BigInteger ofBytes = BigInteger.ZERO;
        BigInteger ofNumbers = BigInteger.ZERO;
        for (int i = 0; i < length; i++) {
            ofBytes = ofBytes.add(big(bytes[i]).multiply(big(vector[i])));
            ofNumbers = ofNumbers.add(big(numbers[i]).multiply(big(vector[i])));
        }
        assertThat(big(new ByteDots(vector).dot(bytes))).isEqualTo(ofBytes.mod(P));
        assertThat(big(PrimeField.dot(numbers, vector))).isEqualTo(ofNumbers.mod(P));
    }

    @Example
    void the_longest_row_of_the_largest_entries_does_not_overflow() {
        long[] vector = new long[MatrixRows.MAX_SIZE];
        Arrays.fill(vector, PrimeField.P - 1);
        byte[] bytes = new byte[MatrixRows.MAX_SIZE];
        for (byte entry : new byte[] {Byte.MIN_VALUE, Byte.MAX_VALUE}) {
            Arrays.fill(bytes, entry);
            assertThat(big(new ByteDots(vector).dot(bytes)))
                    .isEqualTo(big(entry)
                            .multiply(big(MatrixRows.MAX_SIZE))
                            .multiply(P.subtract(BigInteger.ONE))
                            .mod(P));
        }
    }
}
