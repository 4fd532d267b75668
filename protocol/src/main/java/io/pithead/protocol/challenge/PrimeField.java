package io.pithead.protocol.challenge;

/** Numbers modulo the prime 2^61 - 1, as longs from 0 to {@code P - 1}. */
public final class PrimeField {
    public static final int BITS = 61;
    public static final long P = (1L << BITS) - 1;

    private PrimeField() {}

    /** Of any long, also a negative one. */
    public static long of(long value) {
        return Math.floorMod(value, P);
    }

    public static long add(long a, long b) {
        long sum = a + b;
        return sum >= P ? sum - P : sum;
    }

    /** 2^61 is 1, so what stands above these bits is added to what stands below. */
    public static long multiply(long a, long b) {
        long low = a * b;
        long high = Math.multiplyHigh(a, b);
        return add(low & P, (high << (Long.SIZE - BITS)) | (low >>> BITS));
    }

    /** Of a row of a product: two 32-bit numbers that are the same here are the same, the prime being larger than all of them. */
    public static long dot(int[] row, long[] vector) {
        if (row.length != vector.length) {
            throw new IllegalArgumentException(row.length + " entries against " + vector.length);
        }
        long sum = 0;
        for (int i = 0; i < row.length; i++) {
            long entry = row[i] < 0 ? row[i] + P : row[i];
            sum = add(sum, multiply(entry, vector[i]));
        }
        return sum;
    }
}
