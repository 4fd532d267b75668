package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.log.LogRing;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where attempts' output is kept until the coordinator has it. */
final class LogShelf {
    private static final System.Logger LOG = System.getLogger(LogShelf.class.getName());
    private final Path folder;

    LogShelf(Path folder) throws IOException {
        this.folder = folder;
        Disk.createPrivate(folder);
    }

    LogRing open(Attempt attempt) throws IOException {
        return LogRing.open(path(attempt), LogRing.Size.USUAL);
    }

    /** Empty when nothing was kept. */
    Optional<LogRing> find(Attempt attempt) throws IOException {
        return Files.isDirectory(path(attempt)) ? Optional.of(open(attempt)) : Optional.empty();
    }

    void remove(Attempt attempt) {
        remove(path(attempt));
    }

    private static void remove(Path ring) {
        try {
            Disk.deleteTree(ring);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "log.not-removed folder=" + ring + " why=" + e);
        }
    }

    /** Removes what belongs to no attempt any more. */
    void keepOnly(Set<Attempt> attempts) throws IOException {
        Set<Path> kept = attempts.stream().map(this::path).collect(Collectors.toSet());
        try (DirectoryStream<Path> rings = Files.newDirectoryStream(folder)) {
            for (Path ring : rings) {
                if (!kept.contains(ring)) {
                    remove(ring);
                }
            }
        }
    }

    private Path path(Attempt attempt) {
        return folder.resolve(attempt.job() + "." + attempt.lease());
    }
}
