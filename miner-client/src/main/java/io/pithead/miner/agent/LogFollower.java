package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.core.CriLines;
import io.pithead.miner.log.LogRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keeps a container's output as it comes, across starts of the container, of the engine and of the miner. */
final class LogFollower {
    private static final System.Logger LOG = System.getLogger(LogFollower.class.getName());
    private static final int LOOK_BACK = 64 * 1024;
    /** An engine that says nothing for so long has said it. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private static final int UNKNOWN = 0;
    /** Pieces, each of at most 16 KiB as the engine cuts them. */
    private static final int MAX_UNLIKE = 4;

    /** An output that ends at once again and again must not keep the machine busy. */
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private final Engine engine;
    private final LogRing ring;
    private final Runnable ended;
    private final CriLines out;
    private final CriLines err;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread thread;
    private Engine.@Nullable Output output;
    private long begunNanos = System.nanoTime() - 2 * AGAIN_AFTER.toNanos();
    /** The newest time that was seen, and how many pieces had it: the engine can only be asked for a time. */
    private @Nullable Instant last;

    private int ofLast;
    /** What the last one was like, as far as this miner has seen it. */
    private int lastPiece = UNKNOWN;

    /** @param ended is called when the container's output ends, on another thread */
    LogFollower(Engine engine, LogRing ring, Runnable ended) {
        this.engine = engine;
        this.ring = ring;
        this.ended = ended;
        out = new CriLines("stdout", this::keep);
        err = new CriLines("stderr", this::keep);
        goOn();
    }

    /** Where an earlier miner stopped. */
    private void goOn() {
        String[] lines = new String(ring.tail(LOOK_BACK), StandardCharsets.UTF_8).split("\n", -1);
        for (int i = lines.length - 2; i >= 0; i--) {
            Instant time = time(lines[i]);
            if (time == null || (last != null && !time.equals(last))) {
                break;
            }
            last = time;
            ofLast++;
        }
    }

    private static @Nullable Instant time(String line) {
        int blank = line.indexOf(' ');
        try {
            return blank < 0 ? null : Instant.parse(line.substring(0, blank));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private void keep(byte[] line) {
        try {
            ring.append(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Follows a container that runs, unless it is followed already. */
    void follow(String id) {
        lock.lock();
        try {
            if (thread == null && System.nanoTime() - begunNanos > AGAIN_AFTER.toNanos()) {
                begunNanos = System.nanoTime();
                thread = Thread.ofVirtual().name("output-" + id).start(() -> read(() -> engine.output(id, last), id));
            }
        } finally {
            lock.unlock();
        }
    }

    private interface Source {
        Engine.Output open() throws EngineException, InterruptedException;
    }

    private void read(Source source, String id) {
        boolean whole = false;
        try (Engine.Output opened = source.open()) {
            opened(opened);
            var sink = new Resumed();
            opened.forEach(sink::accept);
            sink.end();
            out.end();
            err.end();
            whole = true;
        } catch (EngineException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "container.output-broken id=" + id + " why=" + e.text());
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "container.output-not-kept id=" + id + " why=" + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            try {
                thread = null;
                output = null;
            } finally {
                lock.unlock();
            }
            if (whole) {
                ended.run();
            }
        }
    }

    private void opened(Engine.Output opened) {
        lock.lock();
        try {
            output = opened;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Leaves out what came before the break: so many pieces of the newest time as were seen of it. All of a long line have one
     * time, and an engine that threw some of them away has fewer than were seen; then those go on after the last one that is
     * like the last that was seen.
     */
    private final class Resumed {
        private final @Nullable Instant from = last;
        private final int seen = lastPiece;
        private final Deque<Piece> unlike = new ArrayDeque<>();
        private int toSkip = ofLast;

        void accept(boolean stderr, Instant time, byte[] bytes, int begin, int end) {
            if (from != null && time.isBefore(from)) {
                return;
            }
            if (from != null && time.equals(from) && toSkip > 0) {
                toSkip--;
                if (digest(stderr, bytes, begin, end) == seen) {
                    unlike.clear();
                } else {
                    keep(new Piece(stderr, Arrays.copyOfRange(bytes, begin, end)));
                }
                return;
            }
            end();
            take(stderr, time, bytes, begin, end);
        }

        private void keep(Piece piece) {
            unlike.add(piece);
            if (unlike.size() > MAX_UNLIKE) {
                unlike.remove();
            }
        }

        /** Nothing more of the newest time comes. */
        void end() {
            if (toSkip > 0 && from != null && seen != UNKNOWN) {
                toSkip = 0;
                unlike.forEach(piece -> take(piece.stderr, from, piece.bytes, 0, piece.bytes.length));
            }
            unlike.clear();
        }

        private void take(boolean stderr, Instant time, byte[] bytes, int begin, int end) {
            ofLast = time.equals(last) ? ofLast + 1 : 1;
            last = time;
            lastPiece = digest(stderr, bytes, begin, end);
            (stderr ? err : out).accept(time, bytes, begin, end);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Piece(boolean stderr, byte[] bytes) {}

    private static int digest(boolean stderr, byte[] bytes, int begin, int end) {
        int digest = ByteBuffer.wrap(bytes, begin, end - begin).hashCode() + (stderr ? 2 : 1);
        return digest == UNKNOWN ? 1 : digest;
    }

    /** The container has ended: waits until all it wrote is kept, within reason. */
    void finish(String id) throws InterruptedException {
        join();
        stop();
        join();
        lock.lock();
        try {
            if (thread == null) {
                thread = Thread.ofVirtual()
                        .name("output-" + id)
                        .start(() -> read(() -> engine.outputSoFar(id, last), id));
            }
        } finally {
            lock.unlock();
        }
        join();
        stop();
        flush();
    }

    /** The container is removed next: nobody has its output then but the disk. */
    private void flush() {
        try {
            ring.flush();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "container.output-not-kept why=" + e);
        }
    }

    /** As long as more comes: of much output the engine's own files may be far behind. */
    private void join() throws InterruptedException {
        Thread running;
        lock.lock();
        try {
            running = thread;
        } finally {
            lock.unlock();
        }
        if (running == null) {
            return;
        }
        long before = -1;
        long kept = ring.end();
        while (kept > before && !running.join(LAST_WORDS)) {
            before = kept;
            kept = ring.end();
        }
    }

    void stop() {
        Engine.Output open;
        lock.lock();
        try {
            open = output;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
    }
}
