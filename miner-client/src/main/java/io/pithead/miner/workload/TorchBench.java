package io.pithead.miner.workload;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.cuda.CudaUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.config.TorchConfig;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The AITBC guide's benchmark: a chain of square matrix products by PyTorch, on the GPU where there is one.
 *
 * <p>{@code params}, all optional: {@code size} (1024), {@code count} (100), {@code dtype} ({@code float32} or {@code
 * float64}) and {@code seed} (0). The guide's chain overflows after a few products. Here the start is a symmetric random
 * matrix and every product is divided by its Frobenius norm: nothing overflows, and the chain converges to the
 * projection on one eigenvector, so that machines which round differently agree on the checksum, the sum of the last
 * matrix's absolute values, to a few digits. (Squaring a matrix that is not symmetric doubles the phase of its complex
 * eigenvalues each time, which leaves nothing to compare.)
 */
public final class TorchBench implements Workload {
    static final int MAX_SIZE = 16_384;
    static final int MAX_COUNT = 100_000;
    private static final int HEAP_MB = 128;
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    private static final double MIB = 1024.0 * 1024;

    record Params(
            @Nullable Integer size,
            @Nullable Integer count,
            @Nullable String dtype,
            @Nullable Integer seed) {
        Params {
            new Checks()
                    .range("size", size, 1, MAX_SIZE)
                    .range("count", count, 1, MAX_COUNT)
                    .oneOf("dtype", dtype, Set.of("float32", "float64"))
                    .range("seed", seed, 0, Integer.MAX_VALUE)
                    .done();
            size = size == null ? Integer.valueOf(1_024) : size;
            count = count == null ? Integer.valueOf(100) : count;
            dtype = dtype == null ? "float32" : dtype;
            seed = seed == null ? Integer.valueOf(0) : seed;
        }
    }

    @Override
    public String name() {
        return "torch_bench";
    }

    @Override
    public JsonNode probe() {
        return Json.toTree(Map.of("size", 64, "count", 4));
    }

    @Override
    public int heapMb() {
        return HEAP_MB;
    }

    @Override
    public Map<String, String> environment(TorchConfig torch, Path cache) throws IOException {
        return TorchNatives.environment(torch, cache);
    }

    @Override
    public void run(Task task) throws WorkloadException {
        Params params = task.params(Params.class);
        Engine engine = engine();
        Device device = device(engine, task.mode());
        var chain = new Chain(params, engine, device, task);
        try (NDManager manager = NDManager.newBaseManager(device, engine.getEngineName())) {
            chain.multiply(manager);
        }
        chain.report();
    }

    /** Libraries that do not load are this machine's fault, not the job's. */
    private static Engine engine() throws WorkloadException {
        try {
            return Engine.getEngine("PyTorch");
        } catch (RuntimeException | LinkageError e) {
            throw new WorkloadException("TORCH_UNAVAILABLE", "PyTorch does not load: " + e, true);
        }
    }

    private static Device device(Engine engine, Mode mode) {
        return mode == Mode.GPU && engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
    }

    /** One benchmark and its figures. */
    private static final class Chain {
        private final int size;
        private final int count;
        private final DataType type;
        private final Engine engine;
        private final Device device;
        private final Task task;
        private final int seed;
        private double seconds;
        private double checksum;
        private double deviceMemoryMb;

        @SuppressWarnings("NullAway") // the record has replaced what was absent
        Chain(Params params, Engine engine, Device device, Task task) {
            this.size = params.size();
            this.count = params.count();
            this.type = DataType.valueOf(params.dtype().toUpperCase(Locale.ROOT));
            this.seed = params.seed();
            this.engine = engine;
            this.device = device;
            this.task = task;
        }

        void multiply(NDManager manager) throws WorkloadException {
            engine.setRandomSeed(seed);
            NDArray x = start(manager);
            // the GPU works behind our back: reading a value waits for it, before and after
            magnitude(x);
            long begin = System.nanoTime();
            for (int i = 1; i <= count; i++) {
                x = square(x);
                task.progress(i, count);
            }
            checksum = magnitude(x);
            seconds = (System.nanoTime() - begin) / GIGA;
            if (!Double.isFinite(checksum)) {
                throw new WorkloadException("NOT_A_NUMBER", "the products are not finite", true);
            }
            if (device.isGpu()) {
                deviceMemoryMb = CudaUtils.getGpuMemory(device).getCommitted() / MIB;
            }
        }

        /** Made on the CPU, whose generator gives the same numbers on every machine. */
        private NDArray start(NDManager manager) {
            try (NDManager host = NDManager.newBaseManager(Device.cpu(), engine.getEngineName())) {
                NDArray random = host.randomNormal(0f, 1f, new Shape(size, size), type);
                NDArray symmetric = random.add(random.transpose());
                NDArray x = symmetric.toDevice(device, true);
                x.attach(manager);
                return x;
            }
        }

        private static NDArray square(NDArray x) {
            try (NDArray product = x.matMul(x);
                    NDArray norm = product.norm()) {
                return product.div(norm);
            } finally {
                x.close();
            }
        }

        private static double magnitude(NDArray x) {
            try (NDArray absolute = x.abs();
                    NDArray sum = absolute.sum()) {
                return sum.getDataType() == DataType.FLOAT64 ? sum.getDouble() : sum.getFloat();
            }
        }

        void report() {
            double flop = 2.0 * size * size * size * count;
            task.out().printf(Locale.ROOT, "throughput_ops=%d, seconds=%.4f\n", count, seconds);
            task.out()
                    .printf(
                            Locale.ROOT,
                            "checksum=%.6e size=%d dtype=%s seed=%d\n",
                            checksum,
                            size,
                            type.name().toLowerCase(Locale.ROOT),
                            seed);
            task.metric("gflops", flop / seconds / GIGA);
            task.metric("tflop", flop / TERA);
            task.metric("device", device.isGpu() ? "cuda" : "cpu");
            task.work(flop / TERA, "tflop");
            memory();
        }

        private void memory() {
            if (device.isGpu()) {
                task.metric("peak_memory_mb", deviceMemoryMb);
                return;
            }
            Double peak = Child.peakRssMb();
            if (peak != null) {
                task.metric("peak_memory_mb", peak);
            }
        }
    }
}
