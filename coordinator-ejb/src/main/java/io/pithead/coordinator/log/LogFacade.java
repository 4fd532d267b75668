package io.pithead.coordinator.log;

import io.pithead.coordinator.log.core.LogView;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPieces;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The output of jobs: miners write it, buyers read it. */
@ApplicationScoped
public class LogFacade {
    /** How far back a tail or a time is looked for. */
    private static final int MAX_LOOK_BACK = 512 * 1024;

    @Inject
    Database database;

    @Inject
    LogConfig config;

    /** From the holder of the job's lease, or the last one for a while after its end. */
    public LogAnswer write(UUID providerAccount, LogPieces pieces) {
        return log().write(providerAccount, pieces);
    }

    /** @param attempt the newest that has output when it is not given */
    public LogText read(UUID buyerAccount, UUID jobId, OptionalInt attempt, long offset, int limit) {
        return log().read(buyerAccount, jobId, attempt, offset, limit);
    }

    /**
     * Where to begin to read.
     *
     * @param tail lines from the end of what is there; null for all
     * @param since no earlier than this, for output whose lines have times
     */
    public long start(
            UUID buyerAccount, UUID jobId, OptionalInt attempt, @Nullable Integer tail, @Nullable Instant since) {
        long size = read(buyerAccount, jobId, attempt, 0, 1).size();
        long from = Math.max(0, size - MAX_LOOK_BACK);
        LogText kept = read(buyerAccount, jobId, attempt, from, MAX_LOOK_BACK);
        long bySince = since == null ? 0 : kept.offset() + LogView.since(kept.text(), since);
        long byTail = tail == null ? 0 : kept.offset() + LogView.tail(kept.text(), tail);
        return Math.max(bySince, byTail);
    }

    private JobLog log() {
        return new JobLog(database, config.limits(), config.grace());
    }
}
