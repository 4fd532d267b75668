package io.pithead.miner.agent;

import io.pithead.protocol.id.Ids;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The folders that containers get: {@code tasks/<task>/data}, {@code tasks/<task>/mounts/<name>} and
 * {@code tasks/shared/<buyer>}. Only the last level of each is ever visible in a container, so that no link a container
 * makes is a part of a path that is used here. They are writable by a group that the container is given, not by everybody. Those
 * that nobody uses any more go after a while; how long nobody did is the time of the task's, or the buyer's, own folder.
 */
final class TaskFolders {
    private static final System.Logger LOG = System.getLogger(TaskFolders.class.getName());
    private static final String SHARED = "shared";
    private static final String DATA = "data";
    /** Names the container that last had a task's data. */
    private static final String LAST = "last";

    /** What a miner that is root gives its containers; any other gives its own group, since it may give no other. */
    private static final int NOGROUP = 65_534;

    private static final long MIB = 1024 * 1024;
    /** More files than that are counted as a full disk: each takes room that no size shows. */
    private static final int MAX_FILES = 1_000_000;
    /** So long a look may take; what it has not reached by then is not counted. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Begins no task's id, so that what is on its way out is nobody's. */
    private static final String GONE = "gone-";

    private final Path root;
    private final int group;
    private final boolean isRoot;

    TaskFolders(Path root) throws IOException {
        Disk.createPrivate(root);
        this.root = root.toRealPath();
        int own = (Integer) Files.getAttribute(this.root, "unix:gid");
        this.isRoot = (Integer) Files.getAttribute(this.root, "unix:uid") == 0;
        this.group = isRoot ? NOGROUP : own;
    }

    int group() {
        return group;
    }

    synchronized Path data(UUID task) throws IOException {
        return provide(task(task).resolve(DATA));
    }

    /** Where it is, or would be. */
    Path dataOf(UUID task) {
        return root.resolve(task.toString()).resolve(DATA);
    }

    /** Whether the task's data is missing here, or was last had by none of these containers. */
    synchronized boolean isOlder(UUID task, Set<UUID> newest) throws IOException {
        Path folder = task(task);
        if (!Files.exists(folder.resolve(DATA), LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        Path last = folder.resolve(LAST);
        return !Files.exists(last)
                || Ids.parse(Files.readString(last).strip())
                        .map(job -> !newest.contains(job))
                        .orElse(true);
    }

    /** From now on that container has the task's data. */
    synchronized void belongs(UUID task, UUID job) throws IOException {
        Disk.writeDurably(task(task).resolve(LAST), job.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Makes the content of an empty folder. */
    interface Filling {
        void fill(Path folder) throws IOException;
    }

    /** The task's data becomes what is filled in: all of it, or none. */
    void replace(UUID task, Filling filling) throws IOException {
        Path made;
        synchronized (this) {
            made = provide(task(task).resolve("new-" + UUID.randomUUID()));
        }
        try {
            filling.fill(made);
            synchronized (this) {
                Path data = task(task).resolve(DATA);
                if (Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(data, root.resolve(GONE + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
                }
                Files.move(made, data, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException | RuntimeException e) {
            Disk.deleteTree(made);
            throw e;
        }
    }

    /** Whether files can be given to other users. */
    boolean mayGiveAway() {
        return isRoot;
    }

    synchronized Path mount(UUID task, String name) throws IOException {
        Path mounts = task(task).resolve("mounts");
        Disk.createPrivate(mounts);
        Path mount = mounts.resolve(name).normalize();
        if (!mounts.equals(mount.getParent())) {
            throw new IOException("not a plain name: " + name);
        }
        return provide(mount);
    }

    synchronized Path shared(UUID buyer) throws IOException {
        Path shared = root.resolve(SHARED);
        Disk.createPrivate(shared);
        return provide(shared.resolve(buyer.toString()));
    }

    /** A container that used them has ended. */
    synchronized void left(UUID task, UUID buyer, Instant now) throws IOException {
        for (Path folder :
                List.of(root.resolve(task.toString()), root.resolve(SHARED).resolve(buyer.toString()))) {
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(folder, FileTime.from(now));
            }
        }
    }

    /**
     * Removes the folders that were left before that time.
     *
     * @param inUse the tasks and buyers that have a container here
     */
    void clean(Supplier<Set<UUID>> inUse, Instant before) throws IOException {
        for (Path folder : List.of(root, root.resolve(SHARED))) {
            for (Path one : folders(folder)) {
                Path name = one.getFileName();
                Optional<UUID> id = Ids.parse(String.valueOf(name));
                if (id.isPresent() && setAside(one, id.get(), inUse, before)) {
                    LOG.log(System.Logger.Level.INFO, () -> "task.folder-removed name=" + name);
                }
            }
        }
        for (Path gone : folders(root)) {
            if (String.valueOf(gone.getFileName()).startsWith(GONE)) {
                remove(gone);
            }
        }
    }

    private static void remove(Path gone) {
        try {
            Disk.deleteTree(gone);
        } catch (IOException e) {
            // a container that was root may leave what a miner that is not cannot remove; it is tried again
            LOG.log(System.Logger.Level.WARNING, () -> "task.folder-not-removed folder=" + gone + " why=" + e);
        }
    }

    private static List<Path> folders(Path parent) throws IOException {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> listing = Files.list(parent)) {
            return listing.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    /** A container that is made meanwhile gets either the folder as it was or a new one. */
    private synchronized boolean setAside(Path folder, UUID id, Supplier<Set<UUID>> inUse, Instant before)
            throws IOException {
        Instant left =
                Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).toInstant();
        if (!left.isBefore(before) || inUse.get().contains(id)) {
            return false;
        }
        Files.move(folder, root.resolve(GONE + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    private Path task(UUID task) throws IOException {
        Path folder = root.resolve(task.toString());
        Disk.createPrivate(folder);
        return folder;
    }

    private Path provide(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
            Files.setAttribute(folder, "unix:gid", group);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !folder.toRealPath().equals(folder)) {
            throw new IOException(folder + " is not a folder of the miner's");
        }
        return folder;
    }

    /** How much a task has on the disk, in MiB; empty when it is more than can be counted. Links are not followed. */
    Optional<Long> usedMb(UUID task) {
        var count = new Count(System.nanoTime() + LOOK.toNanos());
        try {
            Files.walkFileTree(root.resolve(task.toString()), count);
        } catch (IOException e) {
            // files come and go while it runs; the next look counts again
        }
        return count.files > MAX_FILES ? Optional.empty() : Optional.of(count.bytes / MIB);
    }

    private static final class Count extends SimpleFileVisitor<Path> {
        private final long deadline;
        private long bytes;
        private int files;

        Count(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // what a sparse file claims to hold is not what it takes, but nobody else may get that room
            bytes += attributes.isRegularFile() ? attributes.size() : 0;
            return count();
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return count();
        }

        private FileVisitResult count() {
            files++;
            return files > MAX_FILES || System.nanoTime() > deadline
                    ? FileVisitResult.TERMINATE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
