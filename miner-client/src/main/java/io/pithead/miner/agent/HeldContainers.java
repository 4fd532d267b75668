package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The containers that are held, each in a file of its own that only the miner's user reads. */
final class HeldContainers {
    private static final System.Logger LOG = System.getLogger(HeldContainers.class.getName());
    private static final String ENTRY = ".json";

    private final Path folder;

    HeldContainers(Path folder) throws IOException {
        this.folder = folder;
        Disk.createPrivate(folder);
    }

    void put(HeldContainer held) throws IOException {
        Disk.writeDurably(file(held.attempt()), Json.write(held));
    }

    void remove(Attempt attempt) throws IOException {
        Files.deleteIfExists(file(attempt));
    }

    List<HeldContainer> load() throws IOException {
        var all = new ArrayList<HeldContainer>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENTRY)) {
            for (Path file : files) {
                try {
                    all.add(Json.own(Files.readString(file), HeldContainer.class));
                } catch (IOException | RuntimeException e) {
                    // its container is removed like any that nobody holds
                    LOG.log(System.Logger.Level.ERROR, () -> "container.record-unreadable file=" + file + " why=" + e);
                    Files.deleteIfExists(file);
                }
            }
        }
        return all;
    }

    private Path file(Attempt attempt) {
        return folder.resolve(attempt.job() + "." + attempt.lease() + ENTRY);
    }
}
