package io.pithead.miner.hardware;

import io.pithead.protocol.task.ContainerMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the GPUs of containers do: NVIDIA's tool is asked for all of them at once, now and then, by a thread of its own. Who wants
 * to know gets what was heard last and waits for nothing. The tool is not run while no container has a GPU, nor a second time
 * while a run of it hangs, even one that cannot be killed.
 */
public final class GpuWatch implements Runnable {
    private static final System.Logger LOG = System.getLogger(GpuWatch.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** What was not heard again for so long is no longer told. */
    static final Duration FRESH = Duration.ofSeconds(20);

    private final NvidiaSmi smi;
    private final Supplier<Set<String>> held;
    private final Duration limit;
    private final LongSupplier nanoTime;
    private Optional<Command> asking = Optional.empty();
    private boolean lost;
    private volatile Heard heard;

    private record Heard(Map<String, ContainerMetrics.Gpu> byUuid, long at) {}

    /** @param held UUIDs of the GPUs that containers have now */
    public GpuWatch(NvidiaSmi smi, Supplier<Set<String>> held) {
        this(smi, held, LIMIT, System::nanoTime);
    }

    GpuWatch(NvidiaSmi smi, Supplier<Set<String>> held, Duration limit, LongSupplier nanoTime) {
        this.smi = smi;
        this.held = held;
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.heard = new Heard(Map.of(), nanoTime.getAsLong());
    }

    /** Of those GPUs, as far as they were heard of lately; from any thread. */
    public List<ContainerMetrics.Gpu> of(List<String> uuids) {
        Heard last = heard;
        if (uuids.isEmpty() || nanoTime.getAsLong() - last.at > FRESH.toNanos()) {
            return List.of();
        }
        return uuids.stream()
                .distinct()
                .flatMap(uuid -> Optional.ofNullable(last.byUuid.get(uuid)).stream())
                .toList();
    }

    @Override
    public void run() {
        try {
            while (true) {
                look();
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            // the agent ends
        }
    }

    void look() {
        Set<String> wanted = held.get();
        if (wanted.isEmpty() || !asking.map(Command::isGone).orElse(true)) {
            return;
        }
        asking = smi.askUse();
        Optional<String> listing = asking.flatMap(asked -> asked.output(limit));
        listing.ifPresent(text -> heard = new Heard(NvidiaSmi.use(text, wanted), nanoTime.getAsLong()));
        note(listing.isEmpty());
    }

    private void note(boolean nowLost) {
        if (nowLost && !lost) {
            LOG.log(System.Logger.Level.WARNING, "gpu.use-lost the tool did not say what the GPUs of containers do");
        }
        if (!nowLost && lost) {
            LOG.log(System.Logger.Level.INFO, "gpu.use-back");
        }
        lost = nowLost;
    }
}
