package io.pithead.miner.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.node.Mode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two documents that agent and child exchange in the job's folder. */
public final class ChildJob {
    public static final String JOB_FILE = "job.json";
    public static final String OUTPUT_FILE = "out.txt";
    public static final String RESULT_FILE = "result.json";
    public static final String INPUT_DIR = "in";

    private ChildJob() {}

    public record Assignment(String workload, JsonNode params, Mode mode) {}

    /** Metrics of a job that was done, or the error of one that was not. */
    public record Result(
            Map<String, JsonNode> metrics,
            @Nullable Double cpuS,
            @Nullable Double peakRssMb,
            @Nullable Problem error) {
        public Result {
            metrics = Map.copyOf(metrics);
        }
    }

    public record Problem(String code, String message, boolean retryable) {}

    /** The percentage in a line of a child's standard output; negative for anything else that was printed there. */
    public static int percent(String line) {
        String number = line.startsWith(Task.PERCENT) ? line.substring(Task.PERCENT.length()) : "";
        return number.matches("[0-9]{1,3}") ? Integer.parseInt(number) : -1;
    }
}
