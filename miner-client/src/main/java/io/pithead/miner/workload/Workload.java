package io.pithead.miner.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.config.TorchConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A kind of computation, found by {@link java.util.ServiceLoader} under its name. */
public interface Workload {
    String name();

    /** Parameters of the smallest job that shows that this machine can run it. */
    JsonNode probe();

    /** What the child's own heap needs, in MiB; memory outside the heap is bounded by the job's limit. */
    int heapMb();

    /**
     * Makes ready what the child needs before it starts, and names it in its environment. Called in the agent, often.
     *
     * @param cache a folder of ours, kept between runs
     */
    default Map<String, String> environment(TorchConfig torch, Path cache) throws IOException {
        return Map.of();
    }

    void run(Task task) throws Exception;
}
