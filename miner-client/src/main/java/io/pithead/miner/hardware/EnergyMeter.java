package io.pithead.miner.hardware;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Energy that the machine used while a job ran: processor packages by RAPL, GPUs by their reported power. Jobs that run
 * at the same time share it evenly, moment by moment. A job is told nothing when a part of its time was not measured.
 */
public final class EnergyMeter implements AutoCloseable {
    private static final long TICK_MS = 500;
    private static final double NANOS = 1e9;

    private final Rapl rapl;
    private final Optional<GpuPower> gpu;
    private final LongSupplier nanoTime;
    private final List<Session> sessions = new ArrayList<>();
    private final Thread ticker;
    private long lastNanos;

    /** What a job used, and who said so: {@code rapl}, {@code gpu} or {@code rapl+gpu}. */
    public record Energy(double joules, String source) {}

    /** From its beginning to its end one job shares in the energy. */
    public final class Session {
        private double joules;
        private boolean complete = true;

        private Session() {}

        public Optional<Energy> end() {
            synchronized (EnergyMeter.this) {
                tick();
                sessions.remove(this);
                return complete && joules > 0 ? Optional.of(new Energy(joules, source())) : Optional.empty();
            }
        }
    }

    EnergyMeter(Path powercap, Optional<GpuPower> gpu, LongSupplier nanoTime) {
        this.rapl = Rapl.open(powercap);
        this.gpu = gpu;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
        this.ticker = Thread.ofPlatform().name("energy").daemon().unstarted(this::tickUntilClosed);
    }

    /** @param gpu whether jobs may use the GPU, whose energy then counts */
    public static EnergyMeter start(NvidiaSmi smi, boolean gpu) {
        Optional<GpuPower> power = gpu ? Optional.of(GpuPower.start(smi.program())) : Optional.empty();
        var meter = new EnergyMeter(Rapl.LINUX, power, System::nanoTime);
        if (meter.isMeasuring()) {
            meter.ticker.start();
        }
        return meter;
    }

    public boolean isMeasuring() {
        return rapl.isReadable() || gpu.isPresent();
    }

    public synchronized Session begin() {
        tick();
        var session = new Session();
        sessions.add(session);
        return session;
    }

    private String source() {
        if (!rapl.isReadable()) {
            return "gpu";
        }
        return gpu.isPresent() ? "rapl+gpu" : "rapl";
    }

    private synchronized void tick() {
        long nanos = nanoTime.getAsLong();
        double seconds = (nanos - lastNanos) / NANOS;
        lastNanos = nanos;
        OptionalDouble used = used(seconds);
        for (Session session : sessions) {
            session.complete &= used.isPresent();
            session.joules += used.orElse(0) / sessions.size();
        }
    }

    private OptionalDouble used(double seconds) {
        OptionalDouble packages = rapl.isReadable() ? rapl.joulesSinceLast() : OptionalDouble.of(0);
        OptionalDouble cards = gpu.isPresent() ? gpu.get().watts() : OptionalDouble.of(0);
        if (!isMeasuring() || packages.isEmpty() || cards.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(packages.getAsDouble() + cards.getAsDouble() * seconds);
    }

    private void tickUntilClosed() {
        try {
            while (true) {
                Thread.sleep(TICK_MS);
                tick();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    public void close() {
        ticker.interrupt();
        gpu.ifPresent(GpuPower::close);
    }
}
