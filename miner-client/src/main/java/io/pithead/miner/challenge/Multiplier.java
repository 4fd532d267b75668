package io.pithead.miner.challenge;

/** Multiplies rows with a matrix that it holds. Exact, and used from several threads at once. */
public interface Multiplier extends AutoCloseable {
    /** So many rows at once are multiplied best. */
    int rowsAtOnce();

    /**
     * @param rows each as long as the matrix is wide
     * @param products what they become, one for each row and as long
     */
    void multiply(byte[][] rows, int[][] products) throws InterruptedException;

    @Override
    void close();
}
