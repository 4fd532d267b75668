package io.pithead.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders for what outlives a test class, which JUnit's own do not. A server's data is hundreds of MiB, so they go when
 * the server is closed, and at the latest with the tests' process.
 */
public final class Scratch {
    private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> FOLDERS.forEach(Scratch::remove), "scratch"));
    }

    private Scratch() {}

    /** A new one; sockets are made in it, so {@code prefix} is short where their paths would not fit. */
    public static Path folder(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix);
            FOLDERS.add(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As much of it as goes: what a dying process still writes is no reason for a test to fail. */
    public static void remove(Path folder) {
        FOLDERS.remove(folder);
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return delete(file);
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) {
                    return delete(visited);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileVisitResult delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // its folder stays, and says so
        }
        return FileVisitResult.CONTINUE;
    }
}
