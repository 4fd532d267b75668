package io.pithead.miner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.JobLimitPolicy;
import io.pithead.miner.agent.core.StopReason;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.workload.ChildJob;
import io.pithead.miner.workload.Workload;
import io.pithead.miner.workload.WorkloadException;
import io.pithead.miner.workload.Workloads;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One attempt from its offer to a result on disk, on a thread of its own. */
final class JobRun implements Runnable {
    private static final System.Logger LOG = System.getLogger(JobRun.class.getName());
    private static final int MAX_MESSAGE = 1_500;

    private final Shop shop;
    private final JobOffer offer;
    private final Attempt attempt;
    private final Timeline timeline;
    private final Consumer<Event> events;
    private @Nullable Thread thread;
    private @Nullable StopReason stopReason;

    JobRun(Shop shop, JobOffer offer, Timeline timeline, Consumer<Event> events) {
        this.shop = shop;
        this.offer = offer;
        this.attempt = new Attempt(offer.id(), offer.lease());
        this.timeline = timeline;
        this.events = events;
    }

    /** The process dies, the result is dropped; {@link Event.Gone} follows. */
    synchronized void stop(StopReason reason) {
        stopReason = stopReason == null ? reason : stopReason;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized boolean begin() {
        thread = Thread.currentThread();
        return stopReason == null;
    }

    /** From here on a stop comes too late: the result goes to the coordinator, which decides. */
    private synchronized boolean finish() {
        thread = null;
        return stopReason == null;
    }

    private synchronized @Nullable StopReason stopReason() {
        return stopReason;
    }

    @Override
    public void run() {
        Event end = new Event.Gone(attempt);
        try {
            if (begin() && work()) {
                end = new Event.Stored(attempt);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "job.result-lost attempt=" + attempt + " why=" + e);
        } finally {
            finish();
            // a stop that came late must not interrupt the cleaning up
            Thread.interrupted();
            shop.dir().remove(attempt);
            if (end instanceof Event.Gone) {
                shop.logs().remove(attempt);
            }
            StopReason reason = stopReason();
            if (reason != null && end instanceof Event.Gone) {
                LOG.log(System.Logger.Level.INFO, () -> "job.stopped attempt=" + attempt + " reason=" + reason);
            }
            events.accept(end);
        }
    }

    /** Whether a result is on disk. */
    private boolean work() throws IOException {
        LOG.log(
                System.Logger.Level.INFO,
                () -> "job.started attempt=" + attempt + " workload=" + offer.workload() + " try=" + offer.attempt());
        try {
            return compute();
        } catch (WorkloadException e) {
            return finish() && storeFailure(e.code(), String.valueOf(e.getMessage()), e.isRetryable());
        } catch (InterruptedException e) {
            return false;
        } catch (IOException e) {
            return finish() && storeFailure("MINER_DISK", "the miner's disk: " + e, true);
        }
    }

    private boolean compute() throws WorkloadException, IOException, InterruptedException {
        Workload workload = Workloads.named(offer.workload())
                .filter(known -> shop.offered().contains(known.name()))
                .orElseThrow(() -> new WorkloadException(
                        "UNKNOWN_WORKLOAD", "this miner does not offer " + offer.workload(), true));
        Path folder = prepare();
        new Inputs(shop.api().artifacts()).fetch(offer.inputs(), folder.resolve(ChildJob.INPUT_DIR));
        Instant started = shop.clock().instant();
        EnergyMeter.Session energy = shop.energy().begin();
        ChildProcess.Ended ended;
        Optional<EnergyMeter.Energy> used;
        try (var log = new JobLog(shop.logs(), attempt)) {
            var child = ChildProcess.start(
                    shop.children(),
                    workload,
                    folder,
                    percent -> events.accept(new Event.Percent(attempt, percent)),
                    log);
            ended = child.await(limits(started));
        } finally {
            used = energy.end();
        }
        return finish() && store(ended, used, folder, started);
    }

    private Path prepare() throws IOException {
        Path folder = shop.dir().attempt(attempt);
        Disk.deleteTree(folder);
        Files.createDirectories(folder);
        JsonNode params = offer.params() != null ? offer.params() : offer.payload();
        var assignment = new ChildJob.Assignment(
                offer.workload(),
                params == null ? Json.toTree(Map.of()) : params,
                shop.children().mode());
        Files.write(folder.resolve(ChildJob.JOB_FILE), Json.write(assignment));
        return folder;
    }

    private JobLimitPolicy limits(Instant now) {
        Instant deadline = offer.deadline() == null ? null : timeline.local(offer.deadline());
        return JobLimitPolicy.of(offer.limits(), deadline, now, shop.longestRuntime(), shop.ramShareMb());
    }

    private boolean store(ChildProcess.Ended ended, Optional<EnergyMeter.Energy> energy, Path folder, Instant started)
            throws IOException {
        if (ended.breach().isPresent()) {
            var breach = ended.breach().get();
            return storeFailure(breach.code(), breach.message(), breach.retryable());
        }
        if (ended.result().isEmpty()) {
            return storeFailure(
                    "CRASHED", "the process ended with code " + ended.exitCode() + ": " + ended.complaints(), true);
        }
        ChildJob.Problem problem = ended.result().get().error();
        if (problem != null) {
            return storeFailure(problem.code(), problem.message(), problem.retryable());
        }
        storeProof(ended, energy, folder.resolve(ChildJob.OUTPUT_FILE), started);
        return true;
    }

    private void storeProof(ChildProcess.Ended ended, Optional<EnergyMeter.Energy> energy, Path output, Instant started)
            throws IOException {
        Outputs outputs = Outputs.of(output, ChildJob.OUTPUT_FILE);
        Instant completed = started.plus(ended.wall());
        var proof = new Proof(
                offer.id(),
                shop.children().mode(),
                outputs.sha256(),
                Metrics.of(ended, energy),
                offer.lease(),
                outputs.inline() == null ? null : Json.toTree(outputs.inline()),
                outputs.artifact() == null ? java.util.List.of() : java.util.List.of(outputs.artifact()),
                timeline.server(started),
                timeline.server(completed),
                WorkRequest.of(offer.workload(), offer.params(), offer.payload())
                        .sha()
                        .orElse(null),
                null);
        shop.spool()
                .put(
                        SpoolEntry.of(proof, outputs.artifact()),
                        outputs.artifact() == null ? Optional.empty() : Optional.of(output));
        LOG.log(
                System.Logger.Level.INFO,
                () -> "job.done attempt=" + attempt + " wall_ms=" + ended.wall().toMillis() + " output_sha="
                        + outputs.sha256());
    }

    private boolean storeFailure(String code, String message, boolean retryable) throws IOException {
        String cut = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "job.failed attempt=" + attempt + " code=" + code + " message=" + cut);
        shop.spool().put(SpoolEntry.of(new Failure(offer.id(), offer.lease(), code, cut, retryable)), Optional.empty());
        return true;
    }
}
