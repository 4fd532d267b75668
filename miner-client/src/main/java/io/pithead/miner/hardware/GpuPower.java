package io.pithead.miner.hardware;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The power that NVIDIA's tool reports, read from one long-lived call: starting it anew each time would cost more. */
final class GpuPower implements AutoCloseable {
    private static final String EVERY_MS = "500";
    private static final long FRESH_NANOS = 5_000_000_000L;
    private static final int MAX_LINE = 200;

    private final Map<String, Double> wattsByGpu = new HashMap<>();
    private @Nullable Process process;
    private long readAt;

    private GpuPower() {}

    static GpuPower start(String program) {
        var power = new GpuPower();
        try {
            power.process = new ProcessBuilder(List.of(
                            program,
                            "--query-gpu=index,power.draw",
                            "--format=csv,noheader,nounits",
                            "--loop-ms=" + EVERY_MS))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Thread.ofPlatform().name("gpu-power").daemon().start(power::read);
        } catch (IOException e) {
            // the tool answered a moment ago; without it power is not measured, which watts() says
        }
        return power;
    }

    /** Of all GPUs together; empty when nothing was heard lately. */
    synchronized OptionalDouble watts() {
        if (wattsByGpu.isEmpty() || System.nanoTime() - readAt > FRESH_NANOS) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                wattsByGpu.values().stream().mapToDouble(Double::doubleValue).sum());
    }

    private void read() {
        Process running = process;
        if (running == null) {
            return;
        }
        try (BufferedReader lines = running.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            // it ended; watts() says so by growing old
        }
    }

    private synchronized void take(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length == 2 && line.length() < MAX_LINE && fields[1].strip().matches("[0-9]{1,6}(\\.[0-9]{1,6})?")) {
            wattsByGpu.put(fields[0].strip(), Double.valueOf(fields[1].strip()));
            readAt = System.nanoTime();
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }
}
