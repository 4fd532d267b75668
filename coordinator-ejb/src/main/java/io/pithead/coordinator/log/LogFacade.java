package io.pithead.coordinator.log;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPieces;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.OptionalInt;
import java.util.UUID;

/** The output of jobs: miners write it, buyers read it. */
@ApplicationScoped
public class LogFacade {
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

    private JobLog log() {
        return new JobLog(database, config.limits(), config.grace());
    }
}
