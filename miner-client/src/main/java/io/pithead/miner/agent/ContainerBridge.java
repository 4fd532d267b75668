package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.StillPause;
import io.pithead.miner.bridge.BridgeSocket;
import io.pithead.miner.bridge.DataFiles;
import io.pithead.miner.bridge.Listener;
import io.pithead.miner.bridge.core.DataPath;
import io.pithead.miner.bridge.core.Line;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.miner.bridge.core.Saying;
import io.pithead.miner.container.EngineException;
import io.pithead.protocol.task.ContainerMetrics;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one container says through its socket, and what is done about it. Whose word it is, the socket says: nothing in a line
 * names a task. Files are opened by the container's own thread, while the container holds still.
 */
final class ContainerBridge implements Listener {
    private static final System.Logger LOG = System.getLogger(ContainerBridge.class.getName());
    private static final int MAX_ASKED = 16;
    private static final Duration OPENED_WITHIN = Duration.ofSeconds(20);
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final Duration LISTEN_EVERY = Duration.ofMillis(20);

    private final ContainerShop shop;
    private final Attempt attempt;
    private final UUID task;
    private final Runnable wake;
    private final Consumer<Event> events;
    private final BlockingQueue<Asked> asked = new ArrayBlockingQueue<>(MAX_ASKED);
    private volatile Saying saying = Saying.NOTHING;
    private Line.@Nullable Progress told;
    private long stillAgain = System.nanoTime();
    private @Nullable BridgeSocket socket;

    private record Asked(DataPath path, CompletableFuture<SeekableByteChannel> opened) {}

    /** @param wake is called when the container's own thread has something to do here */
    ContainerBridge(ContainerShop shop, HeldContainer held, Runnable wake, Consumer<Event> events) {
        this.shop = shop;
        this.attempt = held.attempt();
        this.task = held.spec().task();
        this.wake = wake;
        this.events = events;
    }

    void open() throws IOException {
        BridgeFolders folders = shop.bridges();
        socket = BridgeSocket.open(folders.provide(attempt.job()), folders.group(), this);
    }

    /** The engine's figures, and what the container says of itself. */
    Optional<ContainerMetrics> beside(Optional<ContainerMetrics> engines) {
        var own = saying.metrics();
        return own.isEmpty()
                ? engines
                : Optional.of(engines.orElse(ContainerMetrics.NONE).with(own));
    }

    Optional<String> note() {
        return Optional.ofNullable(saying.progress()).map(Line.Progress::note);
    }

    @Override
    public void said(Line line) throws Refused, InterruptedException {
        if (line.file() != null) {
            announced(DataPath.of(line.file()));
            return;
        }
        synchronized (this) {
            if (line.metrics() != null) {
                saying = saying.with(line.metrics());
            }
            if (line.progress() != null) {
                saying = saying.at(line.progress());
            }
        }
    }

    private void announced(DataPath path) throws Refused, InterruptedException {
        try (SeekableByteChannel content = opened(path)) {
            shop.files().take(attempt, path.text(), content);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "file.not-copied attempt=" + attempt + " why=" + e);
            throw new Refused(Code.UNAVAILABLE, "the miner cannot copy it");
        }
        shop.sender().wake();
    }

    private SeekableByteChannel opened(DataPath path) throws Refused, InterruptedException {
        var one = new Asked(path, new CompletableFuture<>());
        if (!asked.offer(one)) {
            throw new Refused(Code.QUEUE_FULL, "too many files at a time; try again");
        }
        wake.run();
        try {
            return one.opened.get(OPENED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            asked.remove(one);
            if (one.opened.cancel(false)) {
                throw new Refused(Code.UNAVAILABLE, "the miner is busy with the container; try again");
            }
            return opened(one);
        } catch (ExecutionException e) {
            return opened(one);
        }
    }

    private static SeekableByteChannel opened(Asked done) throws Refused {
        if (done.opened.isCompletedExceptionally()) {
            if (done.opened.exceptionNow() instanceof Refused refused) {
                throw refused;
            }
            throw new Refused(Code.UNAVAILABLE, "the file cannot be opened");
        }
        return done.opened.join();
    }

    /** From the container's own thread, while it runs. */
    void look(String id) throws EngineException, InterruptedException {
        tell();
        if (asked.isEmpty() || System.nanoTime() - stillAgain < 0) {
            return;
        }
        long begun = System.nanoTime();
        try {
            Still.during(shop.engine(), id, this::openAsked);
        } catch (EngineException e) {
            if (e.isAway()) {
                throw e;
            }
            // it has just ended, or somebody else has paused it: the next look at it tells
        }
        long now = System.nanoTime();
        stillAgain = now + StillPause.after(Duration.ofNanos(now - begun)).toNanos();
    }

    private void tell() {
        Line.Progress progress = saying.progress();
        if (progress == null || progress.equals(told)) {
            return;
        }
        told = progress;
        events.accept(new Event.Percent(attempt, progress.percent()));
        if (progress.note() != null) {
            events.accept(new Event.Changed(attempt));
        }
    }

    private boolean openAsked() {
        Path data = shop.folders().dataOf(task);
        for (Asked one = asked.poll(); one != null; one = asked.poll()) {
            try {
                SeekableByteChannel content = DataFiles.open(data, one.path);
                if (!one.opened.complete(content)) {
                    content.close();
                }
            } catch (Refused e) {
                one.opened.completeExceptionally(e);
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, () -> "file.not-opened attempt=" + attempt + " why=" + e);
                one.opened.completeExceptionally(e);
            }
        }
        return true;
    }

    /** It has ended: what it said before counts, and nothing can be put in the way any more. */
    void last() throws InterruptedException {
        tell();
        BridgeSocket open = socket;
        long deadline = System.nanoTime() + LAST_WORDS.toNanos();
        while (open != null && open.isBusy() && System.nanoTime() - deadline < 0) {
            openAsked();
            Thread.sleep(LISTEN_EVERY);
        }
    }

    void close() {
        BridgeSocket open = socket;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "bridge.not-closed attempt=" + attempt + " why=" + e);
        }
    }
}
