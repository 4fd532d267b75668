package io.pithead.miner.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The main class of a job's process. Its one argument is the job's folder. */
public final class Child {
    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    private static final Path OWN_OOM_SCORE = Path.of("/proc/self/oom_score_adj");
    /** When memory runs out the kernel should end a job rather than the agent or somebody else's program. */
    private static final String FIRST_TO_GO = "800";

    private static final int MAX_MESSAGE = 500;
    private static final double KIB_PER_MIB = 1024;
    private static final int ORPHANED = 70;

    private Child() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Thread.ofPlatform().name("agent-watch").daemon().start(() -> endWithAgent(System.in));
        volunteer();
        PrintStream control = System.out;
        // what libraries print must not look like ours
        System.setOut(System.err);
        var assignment = Json.own(Files.readString(folder.resolve(ChildJob.JOB_FILE)), ChildJob.Assignment.class);
        write(folder, run(folder, assignment, control));
        System.exit(0);
    }

    private static ChildJob.Result run(Path folder, ChildJob.Assignment assignment, PrintStream control) {
        try (var out = new PrintWriter(folder.resolve(ChildJob.OUTPUT_FILE).toFile(), StandardCharsets.UTF_8)) {
            var task =
                    new Task(assignment.params(), assignment.mode(), folder.resolve(ChildJob.INPUT_DIR), out, control);
            Workload workload = Workloads.named(assignment.workload())
                    .orElseThrow(() -> new WorkloadException(
                            "UNKNOWN_WORKLOAD", "this miner does not know " + assignment.workload(), true));
            workload.run(task);
            if (out.checkError()) {
                return failed("OUTPUT_LOST", "the output could not be written: is the disk full?", true);
            }
            return result(task.metrics(), null);
        } catch (WorkloadException e) {
            return failed(e.code(), String.valueOf(e.getMessage()), e.isRetryable());
        } catch (OutOfMemoryError e) {
            return failed("MEMORY_LIMIT", "the job's heap is full", false);
        } catch (Exception | LinkageError e) {
            return failed("CRASHED", e.toString(), true);
        }
    }

    private static ChildJob.Result failed(String code, String message, boolean retryable) {
        String cut = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
        return result(Map.of(), new ChildJob.Problem(code, cut, retryable));
    }

    private static ChildJob.Result result(Map<String, JsonNode> metrics, ChildJob.@Nullable Problem error) {
        Double cpu = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toMillis)
                .map(millis -> millis / 1e3)
                .orElse(null);
        return new ChildJob.Result(metrics, cpu, peakRssMb(), error);
    }

    static @Nullable Double peakRssMb() {
        try {
            return Files.readAllLines(OWN_STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private static void write(Path folder, ChildJob.Result result) throws IOException {
        Path partial = folder.resolve(ChildJob.RESULT_FILE + ".part");
        Files.write(partial, Json.write(result));
        Files.move(partial, folder.resolve(ChildJob.RESULT_FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Before it takes any memory. */
    public static void volunteer() {
        try {
            Files.writeString(OWN_OOM_SCORE, FIRST_TO_GO);
        } catch (IOException e) {
            // not Linux, or not allowed: the kernel decides by size then
        }
    }

    private static void endWithAgent(InputStream fromAgent) {
        try {
            while (fromAgent.read() >= 0) {
                // nothing is ever sent; the pipe only closes
            }
        } catch (IOException e) {
            // a broken pipe means the same
        }
        Runtime.getRuntime().halt(ORPHANED);
    }
}
