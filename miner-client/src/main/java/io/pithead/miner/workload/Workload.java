package io.pithead.miner.workload;

import com.fasterxml.jackson.databind.JsonNode;

/** A kind of computation, found by {@link java.util.ServiceLoader} under its name. */
public interface Workload {
    String name();

    /** Parameters of the smallest job that shows that this machine can run it. */
    JsonNode probe();

    /** What the child's own heap needs, in MiB; memory outside the heap is bounded by the job's limit. */
    int heapMb();

    void run(Task task) throws Exception;
}
