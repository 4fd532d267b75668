package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Backoff;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.Artifacts;
import io.pithead.miner.workload.WorkloadException;
import io.pithead.protocol.job.InputRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Fetches a job's input files into its folder, taking a broken transfer up where it stopped. */
final class Inputs {
    static final long MAX_INPUT_BYTES = 64L << 30;
    private static final int MAX_TRIES = 8;

    private final Artifacts artifacts;

    Inputs(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    void fetch(List<InputRef> inputs, Path folder) throws WorkloadException, IOException, InterruptedException {
        Files.createDirectories(folder);
        for (InputRef input : inputs) {
            // the name has the form of a plain file name: InputRef admits no other
            fetch(input, folder.resolve(input.name()));
        }
    }

    private void fetch(InputRef input, Path file) throws WorkloadException, IOException, InterruptedException {
        Long size = input.size();
        long max = size == null ? MAX_INPUT_BYTES : size;
        String last = "";
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            switch (artifacts.fetch(input.sha256(), file, max)) {
                case Answer.Ok<Long> ok -> {
                    if (Artifacts.digest(file).equals(input.sha256())) {
                        return;
                    }
                    // what came is not what was promised: nothing of it can be kept
                    Files.delete(file);
                    last = "its bytes do not have the digest";
                }
                case Answer.Refused<Long> refused
                when isFinal(refused.status()) -> throw unavailable(input, refused.status() + " " + refused.code());
                case Answer.Refused<Long> refused -> last = refused.status() + " " + refused.code();
                case Answer.Lost<Long> lost -> last = lost.why();
            }
            Thread.sleep(Backoff.delay(tries, ThreadLocalRandom.current().nextDouble()));
        }
        throw unavailable(input, last);
    }

    private static boolean isFinal(int status) {
        return status >= 400 && status < 500 && status != 408 && status != 429;
    }

    private static WorkloadException unavailable(InputRef input, String why) {
        return new WorkloadException("INPUT_UNAVAILABLE", "input " + input.name() + ": " + why, true);
    }
}
