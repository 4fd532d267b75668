package io.pithead.miner.agent;

import io.pithead.miner.container.EngineException;
import io.pithead.protocol.task.SnapshotChunk;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When one container's {@code /data} is copied. It holds still while it is packed, so that a copy is of one moment and no link
 * can be put in the packer's way; it runs on while the copy is sent.
 */
final class SnapshotKeeper {
    private static final System.Logger LOG = System.getLogger(SnapshotKeeper.class.getName());
    /** Of the time, at most so small a part is spent holding still. */
    private static final int PART = 20;

    private static final Duration LAST_LIMIT = Duration.ofMinutes(10);
    /** A coordinator that is away must not keep the result from the disk; the copy before this one still counts. */
    private static final int LAST_TRIES = 4;

    private final ContainerShop shop;
    private final Duration every;
    private volatile List<SnapshotChunk> sent = List.of();
    private Instant due;
    private @Nullable Thread sender;

    SnapshotKeeper(ContainerShop shop, Instant now) {
        this.shop = shop;
        this.every = shop.room().snapshotEvery();
        this.due = now.plus(every);
    }

    /** The container runs; it may be time for a copy. */
    void look(HeldContainer held, String id, Instant now) throws EngineException, InterruptedException {
        if (every.isZero() || now.isBefore(due) || isSending()) {
            return;
        }
        long begun = System.nanoTime();
        List<SnapshotChunk> chunks;
        try {
            chunks = Still.during(shop.engine(), id, () -> pack(held));
        } catch (EngineException e) {
            if (e.isAway()) {
                throw e;
            }
            // it has just ended, or somebody else has paused it: the next look at it tells
            return;
        }
        Duration rest = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(PART);
        due = now.plus(rest.compareTo(every) > 0 ? rest : every);
        sender = Thread.ofVirtual()
                .name("snapshot-" + held.attempt())
                .start(() -> send(held, chunks, Snapshots.MAX_TRIES));
    }

    /** It has ended and nothing changes any more; from its own thread, which may be interrupted. */
    void last(HeldContainer held) throws InterruptedException {
        Thread before = sender;
        if (every.isZero()) {
            return;
        }
        if (before != null) {
            before.join(LAST_LIMIT);
        }
        List<SnapshotChunk> chunks = pack(held);
        Thread sending =
                Thread.ofVirtual().name("snapshot-" + held.attempt()).start(() -> send(held, chunks, LAST_TRIES));
        sender = sending;
        if (!sending.join(LAST_LIMIT)) {
            LOG.log(System.Logger.Level.WARNING, () -> "snapshot.last-too-slow attempt=" + held.attempt());
        }
    }

    /** Nothing of it is left on the disk. */
    void stop(HeldContainer held) {
        Thread sending = sender;
        if (sending != null) {
            sending.interrupt();
        }
        shop.snapshots().ended(held.attempt());
    }

    private boolean isSending() {
        Thread sending = sender;
        return sending != null && sending.isAlive();
    }

    /** Empty when it could not be packed. */
    private List<SnapshotChunk> pack(HeldContainer held) {
        try {
            Set<String> known = sent.stream().map(SnapshotChunk::sha256).collect(Collectors.toSet());
            return shop.snapshots().pack(held, known);
        } catch (IOException | RuntimeException e) {
            notTaken(held, e);
            return List.of();
        }
    }

    private void send(HeldContainer held, List<SnapshotChunk> chunks, int tries) {
        if (chunks.isEmpty() || chunks.equals(sent)) {
            return;
        }
        try {
            shop.snapshots().send(held.attempt(), chunks, tries);
            sent = chunks;
        } catch (IOException | RuntimeException e) {
            // the next one is packed in full
            sent = List.of();
            notTaken(held, e);
        } catch (InterruptedException e) {
            return;
        }
        shop.snapshots().forget(held.attempt());
    }

    private static void notTaken(HeldContainer held, Exception e) {
        LOG.log(System.Logger.Level.WARNING, () -> "snapshot.not-taken attempt=" + held.attempt() + " why=" + e);
    }
}
