package io.pithead.protocol.challenge;

/** The check of a product that does not multiply: both sides can make it, the node before it answers. */
public final class Freivalds {
    private Freivalds() {}

    /**
     * Whether these rows are of the product: a row of A·B times the vector is the row of A times B's product with the vector, which
     * all rows share.
     *
     * @param indices of the rows
     * @param rows as long as the challenge says
     */
    public static boolean holds(Challenge challenge, int[] indices, int[][] rows, long[] vector) {
        int size = challenge.size();
        var matrices = new MatrixRows(challenge.seed());
        byte[] row = new byte[size];
        var dots = new ByteDots(vector);
        long[] image = new long[size];
        for (int i = 0; i < size; i++) {
            matrices.b(i, row);
            image[i] = dots.dot(row);
        }
        var images = new ByteDots(image);
        for (int i = 0; i < indices.length; i++) {
            matrices.a(indices[i], row);
            if (PrimeField.dot(rows[i], vector) != images.dot(row)) {
                return false;
            }
        }
        return true;
    }
}
