package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.TaskFileOffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Files that containers announced, as they were then, until the coordinator has them: the container may change its own at once,
 * and neither a coordinator that is away nor a miner that starts again loses them.
 */
final class FileSpool {
    private static final System.Logger LOG = System.getLogger(FileSpool.class.getName());
    /** Files of one container, and bytes, that may wait. */
    static final int MAX_FILES = 32;

    static final long MAX_BYTES = 1L << 30;
    /** Of all containers together. */
    private static final long MAX_ALL_BYTES = 8L << 30;

    private static final int BUFFER = 64 * 1024;
    private static final String ENTRY = ".json";
    private static final String CONTENT = ".bin";

    private final Path folder;
    /** By their ids, which are in the order of their coming. */
    private final SortedMap<UUID, TaskFileOffer> waiting = new TreeMap<>();
    /** Being copied: their room is taken already. */
    private final List<TaskFileOffer> coming = new ArrayList<>();

    FileSpool(Path folder) throws IOException {
        this.folder = folder;
        Disk.createPrivate(folder);
        load();
    }

    /** One that waits. */
    record Waiting(UUID id, TaskFileOffer offer) {
        Attempt attempt() {
            return new Attempt(offer.id(), offer.lease());
        }
    }

    private void load() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                Optional<UUID> id = name.endsWith(ENTRY)
                        ? Ids.parse(name.substring(0, name.length() - ENTRY.length()))
                        : Optional.empty();
                if (id.isPresent() && Files.exists(content(id.get()))) {
                    read(file).ifPresent(offer -> waiting.put(id.get(), offer));
                }
            }
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                // what was only half there when a miner ended was never promised
                if (waiting.keySet().stream().noneMatch(id -> name.startsWith(id.toString()))) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Optional<TaskFileOffer> read(Path file) throws IOException {
        try {
            return Optional.of(Json.own(Files.readString(file), TaskFileOffer.class));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "file.entry-unreadable file=" + file + " why=" + e);
            return Optional.empty();
        }
    }

    /** Once it returns, it will be brought. One that waits already is not taken twice. */
    void take(Attempt attempt, String path, SeekableByteChannel content) throws IOException, Refused {
        long size = content.size();
        var place = new TaskFileOffer(attempt.job(), attempt.lease(), path, "0".repeat(64), size);
        begin(place);
        UUID id = Ids.next(Instant.now());
        boolean kept = false;
        try {
            String sha256 = copy(content, content(id), size);
            var offer = new TaskFileOffer(attempt.job(), attempt.lease(), path, sha256, size);
            if (!waits(offer)) {
                Disk.writeDurably(entry(id), Json.write(offer));
                kept = true;
                synchronized (this) {
                    waiting.put(id, offer);
                }
            }
        } finally {
            synchronized (this) {
                coming.remove(place);
            }
            if (!kept) {
                Files.deleteIfExists(content(id));
            }
        }
    }

    private synchronized boolean waits(TaskFileOffer offer) {
        return waiting.containsValue(offer);
    }

    private synchronized void begin(TaskFileOffer place) throws Refused {
        if (place.size() > MAX_BYTES) {
            throw new Refused(Code.FILE_TOO_LARGE, "a file has at most " + MAX_BYTES + " bytes");
        }
        var all = new ArrayList<>(coming);
        all.addAll(waiting.values());
        List<TaskFileOffer> own =
                all.stream().filter(offer -> offer.id().equals(place.id())).toList();
        if (own.size() >= MAX_FILES
                || bytes(own) + place.size() > MAX_BYTES
                || bytes(all) + place.size() > MAX_ALL_BYTES) {
            throw new Refused(Code.QUEUE_FULL, "files wait to be brought already; try again later");
        }
        coming.add(place);
    }

    private static long bytes(List<TaskFileOffer> offers) {
        return offers.stream().mapToLong(TaskFileOffer::size).sum();
    }

    /** As much as it was when it was opened; what is written to it meanwhile is in the copy or not. */
    private static String copy(SeekableByteChannel from, Path to, long size) throws IOException, Refused {
        MessageDigest digest = Digests.sha256();
        var buffer = ByteBuffer.allocate(BUFFER);
        long left = size;
        try (var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (left > 0) {
                buffer.clear().limit((int) Math.min(BUFFER, left));
                if (from.read(buffer) < 0) {
                    throw new Refused(Code.UNAVAILABLE, "the file has become shorter meanwhile; try again");
                }
                buffer.flip();
                left -= buffer.remaining();
                digest.update(buffer.duplicate());
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Oldest first. */
    synchronized List<Waiting> waiting() {
        return waiting.entrySet().stream()
                .map(entry -> new Waiting(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Its entry goes first: content without one was never promised. */
    void remove(UUID id) throws IOException {
        synchronized (this) {
            waiting.remove(id);
        }
        Files.deleteIfExists(entry(id));
        Files.deleteIfExists(content(id));
    }

    Path content(UUID id) {
        return folder.resolve(id + CONTENT);
    }

    private Path entry(UUID id) {
        return folder.resolve(id + ENTRY);
    }
}
