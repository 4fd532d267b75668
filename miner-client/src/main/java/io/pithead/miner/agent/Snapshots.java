package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Backoff;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.Artifacts;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.container.core.ContentChunks;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.miner.container.core.Problem;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotAnswer;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotOffer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Copies of containers' {@code /data} at the coordinator, in pieces cut by content: what has not changed since the last copy is
 * neither written nor sent again. A copy counts when the coordinator has all of it.
 */
final class Snapshots {
    private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());
    private static final int BUFFER = 64 * 1024;
    static final int MAX_TRIES = 8;
    /** Pieces of an offer that were not there when it was made, and were not all taken at once. */
    private static final int MAX_OFFERS = 4;

    private static final int TOO_EARLY = 425;

    private final Path root;
    private final CoordinatorApi api;
    private final TaskFolders folders;
    /** Jobs that have a snapshot: when their folders are emptied, that is worth one too. */
    private final Set<UUID> kept = ConcurrentHashMap.newKeySet();

    Snapshots(Path root, CoordinatorApi api, TaskFolders folders) throws IOException {
        this.root = root;
        this.api = api;
        this.folders = folders;
        // what an earlier miner was sending is packed anew
        Disk.deleteTree(root);
        Disk.createPrivate(root);
    }

    /**
     * Packs the folder; nothing may change in it meanwhile. No pieces when nothing was ever kept and there is nothing to keep.
     *
     * @param known pieces that the coordinator has and that need no copy here
     */
    List<SnapshotChunk> pack(HeldContainer held, Set<String> known) throws IOException {
        Path data = folders.data(held.spec().task());
        if (!kept.contains(held.job()) && isEmpty(data)) {
            return List.of();
        }
        Path spool = spool(held.attempt());
        Disk.createPrivate(spool);
        var chunks = new ArrayList<SnapshotChunk>();
        try (var cut = new ContentChunks((bytes, length) -> {
                    if (chunks.size() == SnapshotOffer.MAX_CHUNKS) {
                        throw new IOException("it is too large for a snapshot");
                    }
                    byte[] piece = Arrays.copyOf(bytes, length);
                    String sha256 = Digests.sha256Hex(piece);
                    chunks.add(new SnapshotChunk(sha256, (long) length));
                    Path file = spool.resolve(sha256);
                    if (!known.contains(sha256) && !Files.exists(file)) {
                        Files.write(file, piece);
                    }
                });
                var buffered = new BufferedOutputStream(cut, BUFFER)) {
            DataTar.pack(data, buffered);
        }
        return chunks;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder)) {
            return !listing.iterator().hasNext();
        }
    }

    /**
     * Brings what is missing, until the snapshot counts.
     *
     * @param tries of each call, before it is given up
     */
    void send(Attempt attempt, List<SnapshotChunk> chunks, int tries) throws IOException, InterruptedException {
        var offer = new SnapshotOffer(attempt.job(), attempt.lease(), chunks);
        for (int i = 0; i < MAX_OFFERS; i++) {
            SnapshotAnswer answer = persist(tries, resume -> api.offer(offer));
            if (answer.missing().isEmpty()) {
                kept.add(attempt.job());
                LOG.log(
                        System.Logger.Level.INFO,
                        () -> "snapshot.taken attempt=" + attempt + " bytes=" + offer.bytes());
                return;
            }
            for (String sha256 : answer.missing()) {
                Path file = spool(attempt).resolve(sha256);
                if (!Files.exists(file)) {
                    throw new IOException("the coordinator has lost a piece of an earlier snapshot");
                }
                persist(tries, resume -> api.artifacts().store(sha256, file, resume));
            }
        }
        throw new IOException("the coordinator does not keep what it is sent");
    }

    /** The container will not come back. */
    void ended(Attempt attempt) {
        forget(attempt);
        kept.remove(attempt.job());
    }

    /** Of what was sent, or is not to be. */
    void forget(Attempt attempt) {
        try {
            Disk.deleteTree(spool(attempt));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "snapshot.spool-not-removed attempt=" + attempt + " why=" + e);
        }
    }

    /**
     * Before a container is made: its folder as another node, or this one, left it. What lies here is older when another
     * container has had the task since.
     */
    void restore(HeldContainer held, long mostMb) throws Refusal, IOException, InterruptedException {
        Optional<Snapshot> found;
        try {
            found = persist(MAX_TRIES, resume -> api.snapshot(held.job(), held.lease()));
        } catch (IOException e) {
            throw unavailable(e);
        }
        UUID task = held.spec().task();
        if (found.isPresent()) {
            kept.add(held.job());
        }
        if (found.isPresent() && folders.isOlder(task, Set.of(found.get().job(), held.job()))) {
            restore(held, found.get(), mostMb);
        }
        folders.belongs(task, held.job());
    }

    private void restore(HeldContainer held, Snapshot snapshot, long mostMb)
            throws Refusal, IOException, InterruptedException {
        if (snapshot.bytes() > mostMb << 20) {
            throw new Refusal(Problem.passing(
                    "RESOURCES_UNAVAILABLE", "this node gives a container " + mostMb + " disk_mb, less than its data"));
        }
        Path spool = spool(held.attempt());
        Disk.createPrivate(spool);
        try {
            var files = new ArrayList<Path>();
            for (SnapshotChunk chunk : snapshot.chunks()) {
                files.add(fetch(chunk, spool));
            }
            folders.replace(held.spec().task(), into -> {
                try (InputStream in = new BufferedInputStream(joined(files), BUFFER)) {
                    DataTar.unpack(in, into, folders.group(), folders.mayGiveAway());
                }
            });
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "snapshot.restored attempt=" + held.attempt() + " of=" + snapshot.job() + " bytes="
                            + snapshot.bytes());
        } catch (IOException | UncheckedIOException e) {
            throw unavailable(e);
        } finally {
            forget(held.attempt());
        }
    }

    private Path fetch(SnapshotChunk chunk, Path spool) throws IOException, InterruptedException {
        Path file = spool.resolve(chunk.sha256());
        if (Files.exists(file)) {
            return file;
        }
        Path part = spool.resolve(chunk.sha256() + ".part");
        persist(MAX_TRIES, resume -> api.artifacts().fetch(chunk.sha256(), part, chunk.size()));
        if (!Artifacts.digest(part).equals(chunk.sha256())) {
            throw new IOException("a piece does not have its digest");
        }
        return Files.move(part, file);
    }

    /** One after the other, each opened when its turn comes. */
    private static InputStream joined(List<Path> files) {
        Iterator<Path> next = files.iterator();
        return new SequenceInputStream(Collections.enumeration(new AbstractList<InputStream>() {
            @Override
            public InputStream get(int index) {
                try {
                    return Files.newInputStream(next.next());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public int size() {
                return files.size();
            }
        }));
    }

    private static Refusal unavailable(Exception e) {
        return new Refusal(Problem.passing("DATA_UNAVAILABLE", "the data it goes on from: " + e.getMessage()));
    }

    private interface Call<T> {
        Answer<T> call(boolean resume) throws IOException;
    }

    private static <T> T persist(int tries, Call<T> call) throws IOException, InterruptedException {
        String last = "";
        for (int i = 0; i < tries; i++) {
            if (i > 0) {
                Thread.sleep(Backoff.delay(i - 1, ThreadLocalRandom.current().nextDouble()));
            }
            switch (call.call(i > 0)) {
                case Answer.Ok<T> ok -> {
                    return ok.value();
                }
                case Answer.Refused<T> refused
                when isFinal(refused.status()) ->
                    throw new IOException("the coordinator says " + refused.status() + " " + refused.code());
                case Answer.Refused<T> refused -> last = refused.status() + " " + refused.code();
                case Answer.Lost<T> lost -> last = lost.why();
            }
        }
        throw new IOException("the coordinator does not take it: " + last);
    }

    private static boolean isFinal(int status) {
        return status >= 400 && status < 500 && status != 408 && status != TOO_EARLY && status != 429;
    }

    private Path spool(Attempt attempt) {
        return root.resolve(attempt.job() + "." + attempt.lease());
    }
}
