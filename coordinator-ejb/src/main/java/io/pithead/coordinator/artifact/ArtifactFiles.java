package io.pithead.coordinator.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The folders of the artifact store: whole artifacts by digest, partial ones by account and digest, and what is leaving. */
final class ArtifactFiles implements AutoCloseable {
    /** Folders below a folder: one for each value of a byte. */
    static final int FAN_OUT = 256;

    private final Path root;
    private final Path partial;
    private final Path trash;
    private final FileChannel locks;

    ArtifactFiles(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        this.partial = this.root.resolve("partial");
        this.trash = this.root.resolve("trash");
        Files.createDirectories(partial);
        Files.createDirectories(trash);
        for (int firstByte = 0; firstByte < FAN_OUT; firstByte++) {
            Files.createDirectories(this.root.resolve(hex(firstByte)));
        }
        this.locks = FileChannel.open(
                this.root.resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        sync(this.root);
    }

    /** Empty while another thread or process writes this artifact. */
    Optional<FileLock> tryHold(ArtifactName name) throws IOException {
        try {
            return Optional.ofNullable(locks.tryLock(name.lockPosition(), 1, false));
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    Path partialOf(ArtifactName name) {
        return partial.resolve(name.fileName());
    }

    Path placeOf(String sha256) {
        if (!ArtifactName.isDigest(sha256)) {
            throw new IllegalArgumentException("not a SHA-256");
        }
        return leafOf(sha256).resolve(sha256);
    }

    private Path leafOf(String sha256) {
        return root.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2, 4));
    }

    /** How much of an upload is here; 0 when there is none. */
    long partialSize(ArtifactName name) throws IOException {
        return size(partialOf(name)).orElse(0);
    }

    OptionalLong sizeOf(String sha256) throws IOException {
        return size(placeOf(sha256));
    }

    boolean discardPartial(ArtifactName name) throws IOException {
        return Files.deleteIfExists(partialOf(name));
    }

    boolean isPartialNewer(ArtifactName name, Instant than) throws IOException {
        try {
            return Files.getLastModifiedTime(partialOf(name)).toInstant().isAfter(than);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** An fsynced partial file takes its place among the whole ones; it is there after a power cut once this returns. */
    void promote(ArtifactName name) throws IOException {
        Path place = placeOf(name.sha256());
        Path leaf = leafOf(name.sha256());
        Files.createDirectories(leaf);
        try {
            Files.move(partialOf(name), place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // the transaction around this is repeated when the database asks for it
            if (!Files.exists(place)) {
                throw e;
            }
        }
        sync(leaf);
        // whoever made the leaf may not have got as far as this
        sync(leaf.resolveSibling("."));
    }

    /** Empty when there is no such file. */
    Optional<Path> moveToTrash(String sha256) throws IOException {
        Path aside = trash.resolve(sha256 + "." + UUID.randomUUID());
        try {
            return Optional.of(Files.move(placeOf(sha256), aside, StandardCopyOption.ATOMIC_MOVE));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Puts a file back, unless the same bytes have arrived again since. */
    void restore(Path trashed, String sha256) throws IOException {
        Path place = placeOf(sha256);
        if (Files.exists(place)) {
            Files.deleteIfExists(trashed);
            return;
        }
        Files.move(trashed, place, StandardCopyOption.ATOMIC_MOVE);
        sync(leafOf(sha256));
    }

    List<Path> trashed(int limit) throws IOException {
        return list(trash, limit);
    }

    List<Path> partials(int limit) throws IOException {
        return list(partial, limit);
    }

    /** Whether any artifact ever began with this byte. */
    boolean hasLeaves(int firstByte) throws IOException {
        return !list(root.resolve(hex(firstByte)), 1).isEmpty();
    }

    /** The digests of the files in one leaf: those whose names begin with these two bytes. */
    List<String> placed(int firstByte, int secondByte, int limit) throws IOException {
        Path leaf = root.resolve(hex(firstByte)).resolve(hex(secondByte));
        return list(leaf, limit).stream()
                .map(file -> file.getFileName().toString())
                .filter(ArtifactName::isDigest)
                .toList();
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }

    private static List<Path> list(Path folder, int limit) throws IOException {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (found.size() == limit) {
                    break;
                }
                found.add(file);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return found;
    }

    private static OptionalLong size(Path file) throws IOException {
        try {
            return OptionalLong.of(Files.size(file));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    private static String hex(int oneByte) {
        return HexFormat.of().toHexDigits((byte) oneByte);
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
