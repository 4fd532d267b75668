package io.pithead.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Engines of one process of tests at a time: at its start each one empties the packet filter's chains, which all of a machine's
 * engines share, and with them the ports that another one published.
 */
final class EngineTurn {
    private static final Path FILE = Path.of(System.getProperty("java.io.tmpdir"), "pithead-testing-engine.lock");
    // longer than any class that has an engine
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static int engines;
    private static @Nullable FileChannel channel;

    private EngineTurn() {}

    /** Waits for the end of the others'. */
    static synchronized void take() throws IOException, InterruptedException {
        if (engines == 0) {
            channel = locked();
        }
        engines++;
    }

    private static FileChannel locked() throws IOException, InterruptedException {
        FileChannel opened = FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!Programs.await(() -> lock(opened) != null, LIMIT)) {
            opened.close();
            throw new IOException("another process has had an engine for " + LIMIT.toMinutes() + " minutes: " + FILE);
        }
        return opened;
    }

    private static @Nullable FileLock lock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static synchronized void give() throws IOException {
        engines--;
        if (engines == 0 && channel != null) {
            channel.close();
            channel = null;
        }
    }
}
