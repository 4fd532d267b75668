package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
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
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A folder: whole artifacts by digest, partial ones by account and digest, and what is leaving. */
final class FolderVault implements Vault {
    /** Folders below a folder: one for each value of a byte. */
    private static final int FAN_OUT = 256;

    private static final int MAX_ASIDE = 200;
    private static final int MAX_LEAF = 10_000;
    private static final int MAX_PARTIALS = 10_000;
    private static final int SHA256_HEX_LENGTH = 64;

    private static final Logger LOG = System.getLogger(FolderVault.class.getName());

    private final Path root;
    private final Path partial;
    private final Path trash;
    private final FileChannel locks;

    /** The first byte of the digests that the next round walks. */
    private int nextPart;

    FolderVault(Path root) throws IOException {
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

    @Override
    public Optional<Hold> tryHold(ArtifactName name) throws IOException {
        try {
            return Optional.ofNullable(locks.tryLock(name.lockPosition(), 1, false))
                    .map(lock -> lock::close);
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    @Override
    public long begun(ArtifactName name) throws IOException {
        return size(partialOf(name)).orElse(0);
    }

    @Override
    public boolean isBegunNewer(ArtifactName name, Instant than) throws IOException {
        try {
            return Files.getLastModifiedTime(partialOf(name)).toInstant().isAfter(than);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public Collection<ArtifactName> uploads() throws IOException {
        return list(partial, MAX_PARTIALS).stream()
                .flatMap(file -> ArtifactName.ofFile(file.getFileName().toString()).stream())
                .toList();
    }

    @Override
    public void discard(ArtifactName name) throws IOException {
        Files.deleteIfExists(partialOf(name));
    }

    @Override
    public long spaceFor(Piece piece) {
        return piece.length();
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    @Override
    public Arrival take(ArtifactName name, Piece piece, boolean afresh, InputStream body, Pace pace)
            throws IOException {
        return new Received(
                name, new Upload(partialOf(name), piece, pace).receive(body, afresh, Upload.NOTHING_MISSING));
    }

    private final class Received implements Arrival {
        private final ArtifactName name;
        private final @Nullable String digest;

        Received(ArtifactName name, @Nullable String digest) {
            this.name = name;
            this.digest = digest;
        }

        @Override
        public @Nullable String digest() {
            return digest;
        }

        @Override
        public void bring() {}

        @Override
        public void place() throws IOException {
            promote(name);
        }

        @Override
        public void close() {}
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

    @Override
    public Optional<Stored> find(String sha256) throws IOException {
        Path file = placeOf(sha256);
        OptionalLong size = size(file);
        return size.isPresent() ? Optional.of(new StoredFile(file, size.getAsLong())) : Optional.empty();
    }

    private record StoredFile(Path file, long size) implements Stored {
        @Override
        public InputStream open(long from, long length) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return Channels.newInputStream(channel.position(from));
        }
    }

    @Override
    public Optional<Aside> aside(String sha256, Instant now) {
        return Optional.of(new AsideFile(sha256, null));
    }

    @Override
    public List<Aside> leftAside() throws IOException {
        var left = new ArrayList<Aside>();
        for (Path file : list(trash, MAX_ASIDE)) {
            String name = file.getFileName().toString();
            String sha256 = name.substring(0, Math.min(name.length(), SHA256_HEX_LENGTH));
            if (ArtifactName.isDigest(sha256)) {
                left.add(new AsideFile(sha256, file));
            }
        }
        return left;
    }

    private final class AsideFile implements Aside {
        private final String sha256;
        private @Nullable Path file;

        AsideFile(String sha256, @Nullable Path file) {
            this.sha256 = sha256;
            this.file = file;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public void take() throws IOException {
            Path aside = trash.resolve(sha256 + "." + UUID.randomUUID());
            try {
                file = Files.move(placeOf(sha256), aside, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                LOG.log(Level.DEBUG, () -> "artifact.not_there sha256=" + sha256);
            }
        }

        @Override
        public void drop() throws IOException {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }

        /** Unless the same bytes have arrived again since, or another process has put them back. */
        @Override
        public void putBack() throws IOException {
            Path place = placeOf(sha256);
            if (file == null || Files.exists(place)) {
                drop();
                return;
            }
            try {
                Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                return;
            }
            sync(leafOf(sha256));
        }
    }

    @Override
    public void walk(Instant now, Walker walker) throws IOException {
        int part = nextPart;
        nextPart = (nextPart + 1) % FAN_OUT;
        Path branch = root.resolve(hex(part));
        if (list(branch, 1).isEmpty()) {
            return;
        }
        for (int secondByte = 0; secondByte < FAN_OUT; secondByte++) {
            List<String> digests = list(branch.resolve(hex(secondByte)), MAX_LEAF).stream()
                    .map(file -> file.getFileName().toString())
                    .filter(ArtifactName::isDigest)
                    .toList();
            if (!digests.isEmpty()) {
                walker.on(digests);
            }
        }
    }

    /** The free disk has a check of its own. */
    @Override
    public void check() throws IOException {
        if (!Files.isWritable(root)) {
            throw new IOException("artifacts cannot be written to " + root);
        }
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
