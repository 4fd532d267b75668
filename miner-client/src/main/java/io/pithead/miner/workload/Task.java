package io.pithead.miner.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a workload gets, and how it says what it found. */
public final class Task {
    static final String PERCENT = "percent ";

    private final JsonNode params;
    private final Mode mode;
    private final Path inputs;
    private final PrintWriter out;
    private final PrintStream control;
    private final Map<String, JsonNode> metrics = new LinkedHashMap<>();
    private int percent;

    Task(JsonNode params, Mode mode, Path inputs, PrintWriter out, PrintStream control) {
        this.params = params;
        this.mode = mode;
        this.inputs = inputs;
        this.out = out;
        this.control = control;
    }

    /** The buyer's parameters, every member checked. */
    public <T> T params(Class<T> type) throws WorkloadException {
        try {
            return Json.bind(params, type);
        } catch (InvalidPayloadException e) {
            throw new WorkloadException("INVALID_PARAMS", "params: " + e.problems(), false);
        }
    }

    public Mode mode() {
        return mode;
    }

    /** The folder with the job's input files. */
    public Path inputs() {
        return inputs;
    }

    /** The text that becomes the job's output. */
    public PrintWriter out() {
        return out;
    }

    /** Only what was measured: a figure that is not known is not given. */
    public void metric(String name, Object value) {
        metrics.put(name, Json.toTree(value));
    }

    /** How much was done, in the workload's own unit, for work per energy. */
    public void work(double amount, String unit) {
        metric("work", amount);
        metric("work_unit", unit);
    }

    public void progress(long done, long total) {
        int now = (int) (100 * done / total);
        if (now > percent) {
            percent = now;
            control.println(PERCENT + now);
        }
    }

    Map<String, JsonNode> metrics() {
        return metrics;
    }
}
