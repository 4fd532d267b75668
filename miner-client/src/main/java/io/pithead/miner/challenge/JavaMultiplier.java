package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.MatrixRows;
import java.util.Arrays;

/**
 * Multiplies on the processor, without libraries. Blocks of both matrices are turned into 32-bit floats, which are exact to a depth of
 * {@link MatrixRows#EXACT_IN_FLOAT}, and multiplied by loops that the compiler turns into vector instructions: separate arrays with
 * one index between them, nothing that could overlap (docs/adr/0018).
 */
public final class JavaMultiplier implements Multiplier {
    /** The measured best of those tried: a block of all three fits into a core's second cache. */
    public static final int ROWS = 64;

    private static final int WIDTH = 512;
    private static final int DEPTH = 64;
    /** Unrolled by hand, below. */
    private static final int STEP = 8;

    private final int size;
    private final byte[][] matrix;

    /** @param matrix square, and not changed any more */
    JavaMultiplier(byte[][] matrix) {
        this.size = matrix.length;
        this.matrix = matrix;
    }

    /** Holds size times size bytes. */
    public static JavaMultiplier of(byte[] seed, int size, Crew crew) throws InterruptedException {
        byte[][] matrix = new byte[size][size];
        crew.each(size, () -> new MatrixRows(seed), (rows, index) -> rows.b(index, matrix[index]));
        return new JavaMultiplier(matrix);
    }

    @Override
    public int rowsAtOnce() {
        return ROWS;
    }

    @Override
    public void multiply(byte[][] rows, int[][] products) throws InterruptedException {
        var block = new Block();
        for (int from = 0; from < rows.length; from += ROWS) {
            int until = Math.min(rows.length, from + ROWS);
            block.multiply(Arrays.copyOfRange(rows, from, until), Arrays.copyOfRange(products, from, until));
        }
    }

    @Override
    public void close() {
        // memory, and the collector's
    }

    /** What one thread works on. */
    private final class Block {
        private final float[][] left = new float[ROWS][MatrixRows.EXACT_IN_FLOAT];
        private final float[][] right = new float[DEPTH][WIDTH];
        private final float[][] sums = new float[ROWS][WIDTH];

        void multiply(byte[][] rows, int[][] products) throws InterruptedException {
            for (int column = 0; column < size; column += WIDTH) {
                int width = Math.min(WIDTH, size - column);
                for (int[] product : products) {
                    Arrays.fill(product, column, column + width, 0);
                }
                for (int from = 0; from < size; from += MatrixRows.EXACT_IN_FLOAT) {
                    int depth = Math.min(MatrixRows.EXACT_IN_FLOAT, size - from);
                    takeLeft(rows, from, depth);
                    sum(rows.length, from, depth, column, width);
                    add(products, column, width);
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }

        private void takeLeft(byte[][] rows, int from, int depth) {
            for (int i = 0; i < rows.length; i++) {
                float[] to = left[i];
                byte[] row = rows[i];
                for (int k = 0; k < depth; k++) {
                    to[k] = row[from + k];
                }
            }
        }

        private void sum(int rows, int from, int depth, int column, int width) {
            for (float[] sum : sums) {
                Arrays.fill(sum, 0);
            }
            for (int at = 0; at < depth; at += DEPTH) {
                int rest = Math.min(DEPTH, depth - at);
                takeRight(from + at, rest, column, width);
                for (int k = 0; k < rest; k += STEP) {
                    // an odd last row has a neighbour that nobody reads
                    for (int i = 0; i < rows; i += 2) {
                        step(sums[i], sums[i + 1], left[i], left[i + 1], at + k, right, k, width);
                    }
                }
            }
        }

        /** Rows of nothing fill up the last step, whatever they meet on the left. */
        private void takeRight(int from, int depth, int column, int width) {
            int filled = Math.min(DEPTH, (depth + STEP - 1) / STEP * STEP);
            for (int k = 0; k < filled; k++) {
                float[] to = right[k];
                if (k >= depth) {
                    Arrays.fill(to, 0);
                    continue;
                }
                byte[] row = matrix[from + k];
                for (int j = 0; j < width; j++) {
                    to[j] = row[column + j];
                }
            }
        }

        private void add(int[][] products, int column, int width) {
            for (int i = 0; i < products.length; i++) {
                int[] to = products[i];
                float[] sum = sums[i];
                for (int j = 0; j < width; j++) {
                    to[column + j] += (int) sum[j];
                }
            }
        }
    }

    /** Two rows times eight: so many multiplications for each number that is loaded. */
    private static void step(
            float[] sum, float[] sum2, float[] left, float[] left2, int at, float[][] right, int from, int width) {
        float a0 = left[at];
        float a1 = left[at + 1];
        float a2 = left[at + 2];
        float a3 = left[at + 3];
        float a4 = left[at + 4];
        float a5 = left[at + 5];
        float a6 = left[at + 6];
        float a7 = left[at + 7];
        float e0 = left2[at];
        float e1 = left2[at + 1];
        float e2 = left2[at + 2];
        float e3 = left2[at + 3];
        float e4 = left2[at + 4];
        float e5 = left2[at + 5];
        float e6 = left2[at + 6];
        float e7 = left2[at + 7];
        float[] b0 = right[from];
        float[] b1 = right[from + 1];
        float[] b2 = right[from + 2];
        float[] b3 = right[from + 3];
        float[] b4 = right[from + 4];
        float[] b5 = right[from + 5];
        float[] b6 = right[from + 6];
        float[] b7 = right[from + 7];
        for (int j = 0; j < width; j++) {
            float x = Math.fma(a0, b0[j], sum[j]);
            float y = Math.fma(e0, b0[j], sum2[j]);
            x = Math.fma(a1, b1[j], x);
            y = Math.fma(e1, b1[j], y);
            x = Math.fma(a2, b2[j], x);
            y = Math.fma(e2, b2[j], y);
            x = Math.fma(a3, b3[j], x);
            y = Math.fma(e3, b3[j], y);
            x = Math.fma(a4, b4[j], x);
            y = Math.fma(e4, b4[j], y);
            x = Math.fma(a5, b5[j], x);
            y = Math.fma(e5, b5[j], y);
            x = Math.fma(a6, b6[j], x);
            y = Math.fma(e6, b6[j], y);
            x = Math.fma(a7, b7[j], x);
            y = Math.fma(e7, b7[j], y);
            sum[j] = x;
            sum2[j] = y;
        }
    }
}
