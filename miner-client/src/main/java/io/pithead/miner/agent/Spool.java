package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Results on disk until the coordinator has them: {@code <job>.<lease>.json} and, for outputs too large to go inline,
 * {@code <job>.<lease>.out} beside it. An entry is complete or absent, whenever the power goes.
 */
final class Spool {
    private static final System.Logger LOG = System.getLogger(Spool.class.getName());
    private static final String ENTRY = ".json";
    private static final String OUTPUT = ".out";
    private static final String UNREADABLE = ".unreadable";

    private final Path dir;

    Spool(Path dir) {
        this.dir = dir;
    }

    /** @param output a file of ours that the entry uploads; it is moved here before the entry is written */
    void put(SpoolEntry entry, Optional<Path> output) throws IOException {
        if (output.isPresent()) {
            Disk.moveDurably(output.get(), output(entry.attempt()));
        }
        Disk.writeDurably(file(entry.attempt()), Json.write(entry));
    }

    Optional<SpoolEntry> get(Attempt attempt) {
        Path file = file(attempt);
        try {
            SpoolEntry entry = Json.own(Files.readString(file), SpoolEntry.class);
            return entry.attempt().equals(attempt) ? Optional.of(entry) : setAside(file);
        } catch (IOException | RuntimeException e) {
            return setAside(file);
        }
    }

    private static Optional<SpoolEntry> setAside(Path file) {
        LOG.log(System.Logger.Level.ERROR, () -> "spool.unreadable file=" + file + " kept-as=" + UNREADABLE);
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + UNREADABLE));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "spool.stuck file=" + file + " why=" + e);
        }
        return Optional.empty();
    }

    Path output(Attempt attempt) {
        return dir.resolve(name(attempt) + OUTPUT);
    }

    void remove(Attempt attempt) throws IOException {
        Files.deleteIfExists(file(attempt));
        Files.deleteIfExists(output(attempt));
    }

    /** What earlier runs left, oldest first; files that belong to no entry are removed. */
    List<Attempt> load() throws IOException {
        var attempts = new ArrayList<Attempt>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENTRY)) {
                    attempt(name.substring(0, name.length() - ENTRY.length())).ifPresent(attempts::add);
                } else if (name.endsWith(".part") || (name.endsWith(OUTPUT) && !hasEntry(name))) {
                    Files.deleteIfExists(file);
                }
            }
        }
        attempts.sort(java.util.Comparator.comparing(Attempt::job).thenComparing(Attempt::lease));
        return attempts;
    }

    private boolean hasEntry(String output) {
        return Files.exists(dir.resolve(output.substring(0, output.length() - OUTPUT.length()) + ENTRY));
    }

    private static Optional<Attempt> attempt(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 2 || !parts[1].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Ids.parse(parts[0]).map(job -> new Attempt(job, Long.parseLong(parts[1])));
    }

    private Path file(Attempt attempt) {
        return dir.resolve(name(attempt) + ENTRY);
    }

    private static String name(Attempt attempt) {
        return attempt.job() + "." + attempt.lease();
    }
}
