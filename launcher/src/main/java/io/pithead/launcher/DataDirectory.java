package io.pithead.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The one folder that holds everything, locked for as long as this process lives. */
final class DataDirectory implements AutoCloseable {
    /** First start: 0.4 GiB unpacked, a fresh database cluster, journals; the rest is room to work. */
    static final long MIN_FREE_BYTES = 1L << 30;

    private final Path root;
    private final FileChannel channel;

    private DataDirectory(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    static DataDirectory open(Path root) throws CannotStartException {
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            long free = Files.getFileStore(root).getUsableSpace();
            if (free < MIN_FREE_BYTES) {
                throw new CannotStartException("no space: " + (free >> 20) + " MiB are free for " + root + ", "
                        + (MIN_FREE_BYTES >> 20) + " MiB are needed: free some, or use --data on another disk");
            }
            return lock(root);
        } catch (IOException e) {
            throw new CannotStartException(
                    "the data directory " + root + " cannot be used (" + e + "): make it writable, or use --data", e);
        }
    }

    private static DataDirectory lock(Path root) throws IOException, CannotStartException {
        Path file = root.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock();
        if (lock == null) {
            String holder = Files.readString(file).strip();
            channel.close();
            throw new CannotStartException("another Pithead runs in " + root + " (process " + holder
                    + "): stop it, or use --data with another directory");
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
        return new DataDirectory(root, channel);
    }

    Path root() {
        return root;
    }

    Path resolve(String name) {
        return root.resolve(name);
    }

    /** An empty folder of this name, whatever a previous life left in it. */
    Path emptied(String name) throws IOException {
        Path folder = root.resolve(name);
        delete(folder);
        return Files.createDirectories(folder);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            inside.sorted(Comparator.reverseOrder()).forEach(DataDirectory::deleteOne);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // the kernel frees the lock with the process
        }
    }
}
