package io.pithead.miner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The coordinator's receipts, one file each, so that the owner can check them and has them in his own hands. */
final class Receipts {
    private static final System.Logger LOG = System.getLogger(Receipts.class.getName());

    private final Path dir;
    private final int maxKept;
    private int kept;

    /** @param maxKept older ones go: the coordinator keeps them all */
    Receipts(Path dir, int maxKept) throws IOException {
        this.dir = dir;
        this.maxKept = maxKept;
        this.kept = prune();
    }

    synchronized void keep(Attempt attempt, JsonNode answer) {
        JsonNode receipt = answer.path("receipt");
        if (answer.path("state").asText("").equals(JobState.VERIFYING.name())) {
            LOG.log(System.Logger.Level.INFO, () -> "proof.verifying attempt=" + attempt);
            return;
        }
        if (!receipt.isObject()) {
            LOG.log(System.Logger.Level.WARNING, () -> "receipt.missing attempt=" + attempt);
            return;
        }
        try {
            Files.write(dir.resolve(attempt.job() + ".json"), Json.write(receipt));
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "receipt.received attempt=" + attempt + " price="
                            + receipt.path("price").asText(""));
            if (++kept > maxKept + maxKept / 10) {
                kept = prune();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "receipt.not-kept attempt=" + attempt + " why=" + e);
        }
    }

    /** Job ids sort by their time. */
    private int prune() throws IOException {
        List<Path> files;
        try (Stream<Path> listing = Files.list(dir)) {
            files = listing.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path old : files.subList(Math.min(maxKept, files.size()), files.size())) {
            Files.delete(old);
        }
        return Math.min(maxKept, files.size());
    }
}
