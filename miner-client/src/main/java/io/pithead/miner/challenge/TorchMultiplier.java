package io.pithead.miner.challenge;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.pithead.protocol.challenge.MatrixRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Multiplies with PyTorch, on a graphics card where there is one. The matrix lies there in bytes, in stripes of as many rows as a
 * 32-bit float sums exactly; each stripe's product becomes whole numbers before it is added. TF32 would round: PyTorch does not
 * multiply with it unless it is told to, and should a driver be told, {@link Prover#open} finds it. One multiplication at a time.
 */
public final class TorchMultiplier implements Multiplier {
    public static final int ROWS = 512;

    private final int size;
    private final NDManager manager;
    private final List<NDArray> stripes = new ArrayList<>();

    private TorchMultiplier(int size, NDManager manager) {
        this.size = size;
        this.manager = manager;
    }

    /** Whether there is a graphics card that PyTorch can use. */
    public static boolean hasGpu() {
        return Engine.getEngine("PyTorch").getGpuCount() > 0;
    }

    /** Holds size times size bytes on the device. */
    public static TorchMultiplier of(byte[] seed, int size, Device device, Crew crew) throws InterruptedException {
        var multiplier = new TorchMultiplier(size, NDManager.newBaseManager(device, "PyTorch"));
        try {
            for (int from = 0; from < size; from += MatrixRows.EXACT_IN_FLOAT) {
                multiplier.add(seed, from, Math.min(MatrixRows.EXACT_IN_FLOAT, size - from), crew);
            }
            return multiplier;
        } catch (InterruptedException | RuntimeException e) {
            multiplier.close();
            throw e;
        }
    }

    private void add(byte[] seed, int from, int depth, Crew crew) throws InterruptedException {
        byte[][] rows = new byte[depth][size];
        crew.each(depth, () -> new MatrixRows(seed), (matrices, i) -> matrices.b(from + i, rows[i]));
        stripes.add(array(manager, rows));
    }

    private NDArray array(NDManager owner, byte[][] rows) {
        ByteBuffer bytes = owner.allocateDirect(rows.length * size);
        for (byte[] row : rows) {
            bytes.put(row);
        }
        return owner.create(bytes.rewind(), new Shape(rows.length, size), DataType.INT8);
    }

    @Override
    public int rowsAtOnce() {
        return ROWS;
    }

    @Override
    public synchronized void multiply(byte[][] rows, int[][] products) throws InterruptedException {
        try (NDManager scope = manager.newSubManager()) {
            NDArray left = array(scope, rows);
            NDArray sum = scope.zeros(new Shape(rows.length, size), DataType.INT32);
            int from = 0;
            for (NDArray stripe : stripes) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                int until = from + (int) stripe.getShape().get(0);
                addProduct(sum, left, stripe, from, until);
                from = until;
            }
            int[] all = sum.toIntArray();
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(all, i * size, products[i], 0, size);
            }
        }
    }

    private static void addProduct(NDArray sum, NDArray left, NDArray stripe, int from, int until) {
        try (NDArray part = left.get(new NDIndex(":, {}:{}", from, until));
                NDArray floats = part.toType(DataType.FLOAT32, false);
                NDArray right = stripe.toType(DataType.FLOAT32, false);
                NDArray product = floats.matMul(right);
                NDArray whole = product.toType(DataType.INT32, false)) {
            sum.addi(whole);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
