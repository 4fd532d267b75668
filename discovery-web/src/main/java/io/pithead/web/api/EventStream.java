package io.pithead.web.api;

import io.pithead.coordinator.feed.Outlet;
import io.pithead.coordinator.log.LogOutlet;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.log.LogStretch;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events on a connection that is written without blocking: what the connection does not take at
 * once waits here, up to a bound. JAX-RS's own event sink writes on the caller's thread and would let one client that
 * does not read hold up the thread that serves all.
 */
public final class EventStream implements Outlet, LogOutlet, WriteListener, AsyncListener {
    /** Messages that wait for the connection; a job's whole history is far shorter. */
    private static final int MAX_PENDING = 1_000;

    /** Signs of life in a row that found the connection still full. */
    private static final int MAX_STUCK_BEATS = 6;

    private static final byte[] GREETING = text("retry: 2000\n\n");
    private static final byte[] BEAT = text(": beat\n\n");
    private static final Logger LOG = System.getLogger(EventStream.class.getName());

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Deque<byte[]> pending = new ArrayDeque<>();
    private @Nullable Runnable leave;
    private boolean writable;
    private boolean unflushed;
    private boolean ending;
    private boolean closed;
    private int stuckBeats;

    public EventStream(AsyncContext context, ServletOutputStream out) {
        this.context = context;
        this.out = out;
        pending.add(GREETING);
    }

    /** The answer's head, which keeps every proxy on the way from holding events back. */
    public static void begin(HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(MediaType.SERVER_SENT_EVENTS);
        response.setCharacterEncoding("UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
    }

    /** The container calls back when the connection may first be written. */
    public void open(Runnable leave) {
        synchronized (this) {
            this.leave = leave;
        }
        context.addListener(this);
        out.setWriteListener(this);
    }

    @Override
    public synchronized boolean event(JobEvent event) {
        return send(text("id: " + event.seq() + "\nevent: " + event.state() + "\ndata: " + Json.text(event) + "\n\n"));
    }

    @Override
    public synchronized boolean isBehind() {
        return !pending.isEmpty();
    }

    /** The id names the place after the stretch, so that a reader that comes back goes on there. */
    @Override
    public synchronized boolean stretch(LogStretch stretch) {
        return send(text("id: " + stretch.attempt() + "-" + stretch.nextOffset() + "\nevent: log\ndata: "
                + Json.text(stretch) + "\n\n"));
    }

    @Override
    public synchronized boolean beat() {
        stuckBeats = pending.isEmpty() ? 0 : stuckBeats + 1;
        if (stuckBeats >= MAX_STUCK_BEATS) {
            close();
        }
        return pending.isEmpty() ? send(BEAT) : !closed;
    }

    @Override
    public synchronized void end() {
        ending = true;
        drain();
    }

    @Override
    public synchronized void onWritePossible() {
        writable = true;
        drain();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.log(Level.DEBUG, () -> "events.client_lost cause=" + failure);
        lost();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        lost();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        lost();
    }

    @Override
    public void onError(AsyncEvent event) {
        lost();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // begun before this listened
    }

    private boolean send(byte[] message) {
        if (closed || ending) {
            return false;
        }
        if (pending.size() >= MAX_PENDING) {
            close();
            return false;
        }
        pending.add(message);
        drain();
        return !closed;
    }

    /** Nothing may be written or flushed unless the connection has just said that it is ready. */
    private void drain() {
        if (!writable || closed) {
            return;
        }
        try {
            while (!pending.isEmpty() && out.isReady()) {
                out.write(pending.remove());
                unflushed = true;
            }
            if (pending.isEmpty() && unflushed && out.isReady()) {
                out.flush();
                unflushed = false;
            }
            if (ending && !unflushed && pending.isEmpty() && out.isReady()) {
                close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, () -> "events.client_lost cause=" + e);
            close();
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        pending.clear();
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, () -> "events.already_complete cause=" + e);
        }
    }

    private void lost() {
        Runnable left;
        synchronized (this) {
            close();
            left = leave;
        }
        if (left != null) {
            left.run();
        }
    }

    private static byte[] text(String message) {
        return message.getBytes(StandardCharsets.UTF_8);
    }
}
