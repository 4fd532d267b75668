package io.pithead.protocol.challenge;

/**
 * Products of rows of bytes with one vector, for rows by the thousand: the vector is cut into two halves of 31 and 30 bits, so that
 * 65,536 products of a half with a byte fit into a long, and nothing is reduced before the end.
 */
public final class ByteDots {
    private static final int HALF = 31;
    private static final long LOW = (1L << HALF) - 1;

    private final long[] low;
    private final long[] high;

    /** @param vector of the field, at most as long as a row may be */
    public ByteDots(long[] vector) {
        if (vector.length > MatrixRows.MAX_SIZE) {
            throw new IllegalArgumentException("the sums of more than " + MatrixRows.MAX_SIZE + " could overflow");
        }
        low = new long[vector.length];
        high = new long[vector.length];
        for (int i = 0; i < vector.length; i++) {
            low[i] = vector[i] & LOW;
            high[i] = vector[i] >>> HALF;
        }
    }

    public long dot(byte[] row) {
        if (row.length != low.length) {
            throw new IllegalArgumentException(row.length + " entries against " + low.length);
        }
        long lows = 0;
        long highs = 0;
        for (int i = 0; i < row.length; i++) {
            long entry = row[i];
            lows += entry * low[i];
            highs += entry * high[i];
        }
        return PrimeField.add(PrimeField.of(lows), PrimeField.multiply(PrimeField.of(highs), 1L << HALF));
    }
}
