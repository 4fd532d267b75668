package io.pithead.miner.agent;

import io.pithead.miner.agent.core.JobLimitPolicy;
import io.pithead.miner.container.core.CriLines;
import io.pithead.miner.hardware.ProcessTree;
import io.pithead.miner.workload.Child;
import io.pithead.miner.workload.ChildJob;
import io.pithead.miner.workload.ChildLaunch;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.miner.workload.Workload;
import io.pithead.protocol.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** One job's process: started low in priority and in a session of its own, watched, and ended with all it started. */
final class ChildProcess {
    private static final long WATCH_MS = 250;
    private static final long MIB = 1024 * 1024;
    private static final int TAIL_LINES = 8;
    /** So that all of the last lines fit into a message. */
    private static final int MAX_LINE = 150;

    private final Process process;
    private final ProcessTree tree;
    private final Path folder;
    private final long startNanos = System.nanoTime();
    private final ArrayDeque<String> complaints = new ArrayDeque<>();
    private final Thread complaintsReader;
    private long peakRssMb;
    private long cpuMs;

    private ChildProcess(Process process, Path folder, IntConsumer percent, Consumer<byte[]> log) {
        this.process = process;
        this.folder = folder;
        this.tree = new ProcessTree(process.toHandle());
        Thread.ofVirtual().name("job-progress").start(() -> readProgress(percent));
        complaintsReader = Thread.ofVirtual().name("job-stderr").start(() -> readComplaints(log));
    }

    /**
     * @param folder the job's folder, where its assignment lies
     * @param percent hears how far the job is, on another thread
     * @param log takes what it prints, in lines of the CRI log format, on a third one
     */
    static ChildProcess start(
            ChildSettings settings, Workload workload, Path folder, IntConsumer percent, Consumer<byte[]> log)
            throws IOException {
        Process process = ChildLaunch.start(
                settings,
                folder,
                List.of("-Xmx" + workload.heapMb() + "m"),
                workload.environment(settings.torch(), settings.cache()),
                Child.class,
                folder.toString());
        WorkDir.notePid(folder, process.toHandle());
        return new ChildProcess(process, folder, percent, log);
    }

    /** How the process ended. */
    record Ended(
            Optional<JobLimitPolicy.Breach> breach,
            Optional<ChildJob.Result> result,
            int exitCode,
            Duration wall,
            long peakRssMb,
            long cpuMs,
            String complaints) {}

    /** Waits for the end and enforces the limits on the way; nothing of the tree is left afterwards. */
    Ended await(JobLimitPolicy limits) throws InterruptedException {
        Optional<JobLimitPolicy.Breach> breach = Optional.empty();
        try {
            while (breach.isEmpty() && !hasEnded()) {
                breach = breach(limits);
            }
        } finally {
            kill();
        }
        // the last words are read before the pipe is given up
        complaintsReader.join(Duration.ofSeconds(1));
        return new Ended(
                breach,
                breach.isPresent() ? Optional.empty() : result(),
                process.isAlive() ? -1 : process.exitValue(),
                elapsed(),
                peakRssMb,
                cpuMs,
                lastWords());
    }

    void kill() {
        tree.kill();
    }

    private boolean hasEnded() throws InterruptedException {
        try {
            process.onExit().get(WATCH_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<JobLimitPolicy.Breach> breach(JobLimitPolicy limits) {
        tree.usage().ifPresent(usage -> {
            peakRssMb = Math.max(peakRssMb, usage.rssBytes() / MIB);
            cpuMs = Math.max(cpuMs, usage.cpuMs());
        });
        return limits.breach(elapsed(), peakRssMb, cpuMs, writtenMb());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private long writtenMb() {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                boolean input = file.startsWith(folder.resolve(ChildJob.INPUT_DIR));
                bytes += input || !Files.isRegularFile(file) ? 0 : Files.size(file);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // files come and go while the job runs; the next look counts again
        }
        return bytes / MIB;
    }

    private Optional<ChildJob.Result> result() {
        Path file = folder.resolve(ChildJob.RESULT_FILE);
        try {
            return Files.size(file) > MIB
                    ? Optional.empty()
                    : Optional.of(Json.own(Files.readString(file), ChildJob.Result.class));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private void readProgress(IntConsumer percent) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int now = ChildJob.percent(line);
                if (now >= 0) {
                    percent.accept(now);
                }
            }
        } catch (IOException e) {
            // the process ended
        }
    }

    private void readComplaints(Consumer<byte[]> log) {
        var lines = new CriLines("stderr", line -> {
            log.accept(line);
            remember(line);
        });
        byte[] buffer = new byte[CriLines.MAX_PIECE];
        try (InputStream in = process.getErrorStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                lines.accept(Instant.now(), buffer, 0, count);
            }
        } catch (IOException e) {
            // the process ended
        }
        lines.end();
    }

    private void remember(byte[] logged) {
        // after its time, its stream and its mark
        String text = new String(logged, StandardCharsets.UTF_8).split(" ", 4)[3].stripTrailing();
        String line = text.length() > MAX_LINE ? text.substring(0, MAX_LINE) : text;
        synchronized (complaints) {
            if (complaints.size() == TAIL_LINES) {
                complaints.removeFirst();
            }
            complaints.addLast(line.replaceAll("\\p{Cntrl}", " "));
        }
    }

    private String lastWords() {
        synchronized (complaints) {
            return String.join(" | ", complaints);
        }
    }
}
