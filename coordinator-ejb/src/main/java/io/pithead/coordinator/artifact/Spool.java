package io.pithead.coordinator.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** The files of uploads that run now, before their bytes go to the bucket. None outlives its request. */
final class Spool implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;

    Spool(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.lock = FileChannel.open(
                folder.resolveSibling(folder.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        if (isOurs()) {
            empty();
        }
    }

    /** Not while another process has the same folder, which it should not. */
    private boolean isOurs() throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** What a death left. */
    private void empty() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    Path newFile() {
        return folder.resolve(UUID.randomUUID().toString());
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
