package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.log.LogRing;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a job's process prints beside its output, kept for its buyer in the form of a container's output. It goes to the
 * coordinator with the result. There is none of a job that prints nothing.
 */
final class JobLog implements Consumer<byte[]>, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JobLog.class.getName());

    private final LogShelf shelf;
    private final Attempt attempt;
    private @Nullable LogRing ring;
    private boolean closed;

    JobLog(LogShelf shelf, Attempt attempt) {
        this.shelf = shelf;
        this.attempt = attempt;
    }

    @Override
    public synchronized void accept(byte[] line) {
        if (closed) {
            // of a program that outlived its pipe's last reading
            return;
        }
        try {
            LogRing open = ring == null ? shelf.open(attempt) : ring;
            ring = open;
            open.append(line);
        } catch (IOException e) {
            // a job is worth more than its log
            closed = true;
            LOG.log(System.Logger.Level.WARNING, () -> "job.log-lost attempt=" + attempt + " why=" + e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (ring != null) {
            ring.close();
        }
    }
}
