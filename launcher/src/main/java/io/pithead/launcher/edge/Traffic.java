package io.pithead.launcher.edge;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.filterchain.FilterChainEvent;
import org.glassfish.grizzly.filterchain.TransportFilter;
import org.glassfish.grizzly.http.server.AfterServiceListener;
import org.glassfish.grizzly.http.server.Request;

/** How many requests have no answer yet, and whether more are welcome. A request counts until its answer's last byte is sent. */
final class Traffic extends EmptyCompletionHandler<Object> implements AfterServiceListener {
    private static final long LOOK_MILLIS = 10;
    /** As long as this without a request: then none is on its way from a connection's buffer to its handler. */
    private static final long QUIET_NANOS = Duration.ofMillis(250).toNanos();

    private final AtomicInteger open = new AtomicInteger();
    private final FilterChainEvent sent = TransportFilter.createFlushEvent(this);
    private volatile boolean draining;

    void began(Request request) {
        open.incrementAndGet();
        request.addAfterServiceListener(this);
    }

    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    /** Returns when everything is answered, or at the deadline. */
    void awaitQuiet(long deadlineNanos) throws InterruptedException {
        long quietSince = System.nanoTime();
        while (deadlineNanos - System.nanoTime() > 0 && System.nanoTime() - quietSince < QUIET_NANOS) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            if (open.get() > 0) {
                quietSince = System.nanoTime();
            }
        }
    }

    int open() {
        return open.get();
    }

    @Override
    public void onAfterService(Request request) {
        request.getContext().notifyDownstream(sent);
    }

    @Override
    public void completed(Object result) {
        open.decrementAndGet();
    }

    @Override
    public void cancelled() {
        open.decrementAndGet();
    }

    @Override
    public void failed(Throwable throwable) {
        open.decrementAndGet();
    }
}
