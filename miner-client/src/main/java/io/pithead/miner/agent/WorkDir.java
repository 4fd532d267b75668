package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.hardware.ProcessTree;
import io.pithead.protocol.id.Ids;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The agent's folder: {@code <job>/<lease>/} while a job runs, {@code spool/} for results that are not acknowledged,
 * {@code containers/} for what is known of those that run, {@code images.json} for what was pulled, {@code tasks/} for folders, {@code logs/}, {@code receipts/}, {@code challenge/},
 * {@code cache/}, {@code instance} and {@code status.json}. One agent owns it at a time. Whoever can write to it can
 * make us run and pay for anything, so it must be ours alone.
 */
public final class WorkDir implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkDir.class.getName());
    private static final String PID_FILE = "pid";
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path root;
    private @Nullable FileChannel lockFile;

    private WorkDir(Path root) {
        this.root = root;
    }

    /** @throws IOException with a message for the owner when the folder cannot be used */
    public static WorkDir open(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(root.toAbsolutePath().getParent());
            Files.createDirectory(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("WORK_DIR " + root + " is not a folder");
        }
        checkOwner(root);
        var dir = new WorkDir(root);
        Files.createDirectories(dir.spool());
        Files.createDirectories(dir.receipts());
        Files.createDirectories(dir.cache());
        return dir;
    }

    private static void checkOwner(Path root) throws IOException {
        Set<PosixFilePermission> granted = Files.getPosixFilePermissions(root);
        if (granted.stream().anyMatch(OTHERS_WRITE::contains)) {
            throw new IOException("WORK_DIR " + root + " can be written by other users: chmod 700 " + root);
        }
        String me = ProcessHandle.current().info().user().orElse("");
        String owner = Files.getOwner(root).getName();
        if (!me.isEmpty() && !owner.equals(me)) {
            throw new IOException("WORK_DIR " + root + " belongs to " + owner + ", not to " + me);
        }
    }

    /** @throws IOException when another agent works here */
    public void lock() throws IOException {
        FileChannel file =
                FileChannel.open(root.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                lockFile = file;
                return;
            }
        } catch (OverlappingFileLockException e) {
            // another agent of this very process; the same as one of another
        }
        file.close();
        throw new IOException("another miner works in WORK_DIR " + root + ": stop it, or give this one its own folder");
    }

    /** The same as long as the folder is: a miner that starts again is no other one. */
    UUID instance() throws IOException {
        Path file = root.resolve("instance");
        Optional<UUID> known =
                Files.exists(file) ? Ids.parse(Files.readString(file).strip()) : Optional.empty();
        if (known.isPresent()) {
            return known.get();
        }
        UUID made = UUID.randomUUID();
        Disk.writeDurably(file, made.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return made;
    }

    public Path root() {
        return root;
    }

    public Path cache() {
        return root.resolve("cache");
    }

    Path spool() {
        return root.resolve("spool");
    }

    Path receipts() {
        return root.resolve("receipts");
    }

    Path containers() {
        return root.resolve("containers");
    }

    Path images() {
        return root.resolve("images.json");
    }

    Path snapshots() {
        return root.resolve("snapshots");
    }

    Path bridges() {
        return root.resolve("bridges");
    }

    Path files() {
        return root.resolve("files");
    }

    Path tasks() {
        return root.resolve("tasks");
    }

    /** Where a prover's process works; nothing of it outlives that. */
    public Path challenge() {
        return root.resolve("challenge");
    }

    Path logs() {
        return root.resolve("logs");
    }

    public Path status() {
        return root.resolve("status.json");
    }

    /** Ids and numbers of ours only: nothing that the coordinator sends becomes a part of a path. */
    Path attempt(Attempt attempt) {
        return root.resolve(attempt.job().toString()).resolve(Long.toString(attempt.lease()));
    }

    static void notePid(Path attemptDir, ProcessHandle process) throws IOException {
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        Disk.writeDurably(
                attemptDir.resolve(PID_FILE),
                (process.pid() + " " + started).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** Ends what a dead agent left running and removes its jobs' folders: their leases are simply not renewed. */
    void clearLeftovers() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path job : entries) {
                if (Ids.parse(job.getFileName().toString()).isPresent()) {
                    clear(job);
                }
            }
        }
    }

    private static void clear(Path job) throws IOException {
        try (DirectoryStream<Path> attempts = Files.newDirectoryStream(job)) {
            for (Path attempt : attempts) {
                leftover(attempt.resolve(PID_FILE)).ifPresent(process -> {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            () -> "job.leftover-killed job=" + job.getFileName() + " pid=" + process.pid());
                    new ProcessTree(process).kill();
                });
            }
        }
        Disk.deleteTree(job);
    }

    /** The process that the file names, if it is still that one: a pid alone may have been given to another by now. */
    private static Optional<ProcessHandle> leftover(Path pidFile) {
        try {
            String[] fields = Files.readString(pidFile).strip().split(" ", 2);
            long started = Long.parseLong(fields[1]);
            return ProcessHandle.of(Long.parseLong(fields[0]))
                    .filter(process -> process.info()
                            .startInstant()
                            .map(at -> at.toEpochMilli() == started)
                            .orElse(false));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    void remove(Attempt attempt) {
        Path dir = attempt(attempt);
        try {
            Disk.deleteTree(dir);
            Path job = dir.getParent();
            if (job != null) {
                removeIfEmpty(job);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "job.folder-not-removed attempt=" + attempt + " why=" + e);
        }
    }

    private static void removeIfEmpty(Path dir) throws IOException {
        try {
            Files.deleteIfExists(dir);
        } catch (java.nio.file.DirectoryNotEmptyException e) {
            // another attempt of the same job is on its way
        }
    }

    @Override
    public void close() throws IOException {
        if (lockFile != null) {
            lockFile.close();
        }
    }
}
