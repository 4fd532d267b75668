package io.pithead.coordinator.artifact;

import io.pithead.testing.S3Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real place for artifacts, and what can happen to it behind the server's back. */
abstract class VaultRig implements AutoCloseable {
    /** Of the bucket's uploads here. */
    static final int MAX_STRETCHES = 8;

    /** The least that S3 takes. */
    static final int PART_BYTES = 5 << 20;

    private final List<Vault> opened = new ArrayList<>();

    /** As another server opens the same place. */
    final Vault open() throws IOException {
        Vault vault = openVault(opened.size());
        opened.add(vault);
        return vault;
    }

    abstract Vault openVault(int number) throws IOException;

    /** How many rounds of the sweeper walk through everything. */
    abstract int rounds();

    /** The files of whole artifacts and of uploads. */
    abstract List<Path> files() throws IOException;

    abstract List<Path> wholeFiles(String sha256) throws IOException;

    abstract List<Path> begunFiles(ArtifactName name) throws IOException;

    /** The digests of whole artifacts, and the names of uploads. */
    abstract Set<String> kept() throws IOException;

    final void spoil(List<Path> files) throws IOException {
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            // in place: what the server keeps beside the bytes stays
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(bytes));
            }
        }
    }

    final void cut(List<Path> files) throws IOException {
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 1);
            }
        }
    }

    final void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /** Two days. */
    final void age(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }
    }

    @Override
    public void close() throws IOException {
        for (Vault vault : opened) {
            vault.close();
        }
    }

    static VaultRig folder(Path folder) {
        return new Folder(folder);
    }

    static VaultRig bucket(S3Server server, Path folder) throws IOException {
        for (Path left : server.objects("")) {
            Files.delete(left);
        }
        return new InBucket(server, folder);
    }

    private static final class Folder extends VaultRig {
        private final Path root;

        Folder(Path root) {
            this.root = root;
        }

        @Override
        Vault openVault(int number) throws IOException {
            return new FolderVault(root);
        }

        @Override
        int rounds() {
            return 256;
        }

        @Override
        List<Path> files() throws IOException {
            try (Stream<Path> all = Files.walk(root)) {
                return all.filter(file -> Files.isRegularFile(file) || Files.isSymbolicLink(file))
                        .filter(file -> !file.endsWith("lock"))
                        .toList();
            }
        }

        @Override
        List<Path> wholeFiles(String sha256) throws IOException {
            return named(sha256);
        }

        @Override
        List<Path> begunFiles(ArtifactName name) throws IOException {
            return named(name.fileName());
        }

        private List<Path> named(String name) throws IOException {
            return files().stream().filter(file -> file.endsWith(name)).toList();
        }

        @Override
        Set<String> kept() throws IOException {
            return files().stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static final class InBucket extends VaultRig {
        private final S3Server server;
        private final Path folder;

        InBucket(S3Server server, Path folder) {
            this.server = server;
            this.folder = folder;
        }

        /** Each with a disk of its own. */
        @Override
        Vault openVault(int number) throws IOException {
            var config = new BucketConfig(
                    server.url(), S3Server.BUCKET, "us-east-1", S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
            return new BucketVault(
                    new Bucket(config, PART_BYTES), new Spool(folder.resolve("spool-" + number)), MAX_STRETCHES);
        }

        @Override
        int rounds() {
            return 1;
        }

        @Override
        List<Path> files() throws IOException {
            return server.objects("");
        }

        @Override
        List<Path> wholeFiles(String sha256) throws IOException {
            return server.objects("artifacts/" + sha256);
        }

        @Override
        List<Path> begunFiles(ArtifactName name) throws IOException {
            return server.objects("partial/" + name.fileName());
        }

        /** Nothing may be left on the server's own disk either. */
        @Override
        Set<String> kept() throws IOException {
            try (Stream<Path> own = Files.walk(folder)) {
                return Stream.concat(
                                files().stream()
                                        .map(file -> file.getName(file.getNameCount() - 2)
                                                .toString()),
                                own.filter(Files::isRegularFile)
                                        .map(file -> file.getFileName().toString())
                                        .filter(name -> !name.endsWith(".lock")))
                        .collect(Collectors.toSet());
            }
        }
    }
}
