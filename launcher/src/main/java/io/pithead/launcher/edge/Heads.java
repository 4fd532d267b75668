package io.pithead.launcher.edge;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.glassfish.grizzly.Connection;

/**
 * Connections whose next request has not arrived with its whole head. The listener's own limits are on the pause between
 * two bytes, so a client that sends one now and then would keep its connection for ever.
 */
final class Heads {
    private final long limitNanos;
    private final Map<Connection<?>, Head> waiting = new ConcurrentHashMap<>();

    /** @param begun whether anything of a request has come: only then is there something to answer */
    private record Head(long deadlineNanos, boolean begun) {}

    Heads(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /** A request is due: the first of a connection, with TLS after the handshake; or the rest of one that has its answer. */
    void opened(Connection<?> connection) {
        waiting.put(connection, new Head(System.nanoTime() + limitNanos, false));
    }

    /** Something of a head has come; the time runs from the first of it, or from when the connection was opened. */
    void begun(Connection<?> connection) {
        waiting.compute(
                connection,
                (same, known) -> new Head(known == null ? System.nanoTime() + limitNanos : known.deadlineNanos, true));
    }

    /** It is whole, or there is nobody to send the rest. */
    void over(Connection<?> connection) {
        waiting.remove(connection);
    }

    /** Takes out what is late, each one once. */
    void takeLate(BiConsumer<Connection<?>, Boolean> late) {
        long now = System.nanoTime();
        waiting.forEach((connection, head) -> {
            if (now - head.deadlineNanos >= 0 && waiting.remove(connection, head)) {
                late.accept(connection, head.begun);
            }
        });
    }
}
