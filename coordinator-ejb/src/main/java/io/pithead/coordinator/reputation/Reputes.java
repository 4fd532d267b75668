package io.pithead.coordinator.reputation;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.reputation.ReputationStore.Moved;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The repute of every node as this instance knows it, some seconds old: dispatch asks for it with each poll. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class Reputes {
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    /** Transactions that were open at the last look commit with an earlier time. */
    private static final Duration OVERLAP = Duration.ofSeconds(10);

    private static final int PAGE = 5_000;
    private static final int MAX_PAGES = 40;
    private static final int MAX_KEPT = 1_000_000;
    private static final UUID FIRST = new UUID(0, 0);

    @Inject
    Database database;

    @Inject
    Loops loops;

    private final Map<UUID, Repute> reputes = new ConcurrentHashMap<>();
    private Instant seenUntil = Instant.EPOCH;

    @PostConstruct
    void start() {
        loops.start("reputes", PERIOD, ALLOWED_AGE, this::refresh);
    }

    public Repute of(UUID node) {
        return reputes.getOrDefault(node, Repute.UNKNOWN);
    }

    void refresh() {
        Instant from = seenUntil.equals(Instant.EPOCH) ? seenUntil : seenUntil.minus(OVERLAP);
        UUID after = FIRST;
        for (int i = 0; i < MAX_PAGES; i++) {
            List<Moved> page = page(from, after);
            for (Moved moved : page) {
                put(moved);
                from = moved.changedAt();
                after = moved.node();
                seenUntil = from;
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    private List<Moved> page(Instant from, UUID after) {
        return database.withConnection(connection -> ReputationStore.movedAfter(connection, from, after, PAGE));
    }

    private void put(Moved moved) {
        if (reputes.size() < MAX_KEPT || reputes.containsKey(moved.node())) {
            reputes.put(moved.node(), new Repute(moved.score(), moved.newcomer()));
        }
    }
}
