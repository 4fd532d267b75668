package io.pithead.coordinator.account;

import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;

/** Starts what keeps the key ring true: the revision poll, and the flush of last-used times. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class AuthRevision {
    static final Duration LAST_USED_FLUSH = Duration.ofSeconds(10);
    private static final int MISSED_FLUSHES = 6;

    @Inject
    KeyRing ring;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("auth-revision", KeyRing.REVISION_POLL, KeyRing.MAX_REVISION_AGE, ring::refresh);
        loops.start(
                "key-last-used", LAST_USED_FLUSH, LAST_USED_FLUSH.multipliedBy(MISSED_FLUSHES), ring::flushLastUsed);
    }
}
