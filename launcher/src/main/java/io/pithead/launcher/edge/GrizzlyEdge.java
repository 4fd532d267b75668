package io.pithead.launcher.edge;

import io.pithead.launcher.HttpEdge;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.http.server.HttpServerFilter;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.memory.MemoryManager;
import org.glassfish.grizzly.nio.NIOTransport;
import org.glassfish.grizzly.utils.DelayedExecutor;

/** This edge in Grizzly's filter chains. */
public final class GrizzlyEdge implements HttpEdge {
    private static final Logger LOG = System.getLogger(GrizzlyEdge.class.getName());
    private static final long SWEEP_SECONDS = 1;
    /** Still listening, but every answer closes its connection: what was sent before the stop is taken in. */
    private static final Duration LAST_CALL = Duration.ofMillis(500);

    private static final int LOOK_MS = 50;
    private static final int SETTLED_LOOKS = 8;
    /** Ten seconds. */
    private static final int MAX_LOOKS = 200;

    private final Limits limits;
    private final Heads heads;
    private final Traffic traffic = new Traffic();
    private final List<NIOTransport> transports = new ArrayList<>();
    private final ExecutorService idle = Executors.newCachedThreadPool(task -> daemon(task, "pithead-edge-idle"));
    private final DelayedExecutor idleExecutor = new DelayedExecutor(idle);

    public GrizzlyEdge(int headerBytes, int headers, int keepAliveSeconds, Duration head) {
        limits = new Limits(headerBytes, headers, keepAliveSeconds, head);
        heads = new Heads(head);
    }

    @Override
    public int guard(int listeners) throws InterruptedException {
        try {
            idleExecutor.start();
            transports.addAll(settled(listeners));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Payara Micro's listeners are not where they were", e);
        }
        transports.forEach(transport -> guard((FilterChain) transport.getProcessor()));
        var sweeper = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "pithead-edge-heads"));
        sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        return transports.size();
    }

    /**
     * The listeners, once they are the same for a while: the server makes each of them anew for every change of its settings that it
     * hears of, and may hear of some after the command that made the change has returned.
     */
    private static Set<NIOTransport> settled(int listeners) throws ReflectiveOperationException, InterruptedException {
        Set<NIOTransport> found = Set.of();
        for (int look = 0, same = 0; look < MAX_LOOKS && same < SETTLED_LOOKS; look++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            Set<NIOTransport> now = Listeners.find();
            same = now.size() == listeners && now.equals(found) ? same + 1 : 0;
            found = now;
        }
        return found;
    }

    private void guard(FilterChain chain) {
        int server = chain.indexOfType(HttpServerFilter.class);
        var handling = (HttpServerFilter) chain.get(server);
        handling.getConfiguration().setDefaultErrorPageGenerator(new Answer.Pages());
        handling.setHttpHandler(new Gate(handling.getHttpHandler(), traffic));
        int at = codec(chain);
        var replaced = (org.glassfish.grizzly.http.HttpServerFilter) chain.get(at);
        chain.set(at, new Codec(replaced, limits, idleExecutor, heads, traffic));
    }

    private static int codec(FilterChain chain) {
        return chain.indexOfType(org.glassfish.grizzly.http.HttpServerFilter.class);
    }

    private void sweep() {
        heads.takeLate((connection, begun) -> {
            try {
                if (begun) {
                    answerLate(connection);
                }
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, () -> "edge.not_answered cause=" + e);
            } finally {
                connection.closeSilently();
            }
        });
    }

    /** From below the codec, which still waits for the rest. */
    private static void answerLate(Connection<?> connection) {
        var chain = (FilterChain) connection.getProcessor();
        int at = codec(chain);
        chain.obtainFilterChainContext(connection, at, chain.size(), at)
                .write(Buffers.wrap(MemoryManager.DEFAULT_MEMORY_MANAGER, Answer.late()));
    }

    @Override
    public void drain(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        traffic.drain();
        TimeUnit.NANOSECONDS.sleep(Math.min(LAST_CALL.toNanos(), limit.toNanos()));
        transports.forEach(NIOTransport::unbindAll);
        traffic.awaitQuiet(deadline);
        int unanswered = traffic.open();
        LOG.log(unanswered == 0 ? Level.INFO : Level.WARNING, () -> "edge.drained unanswered=" + unanswered);
    }

    private static Thread daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
