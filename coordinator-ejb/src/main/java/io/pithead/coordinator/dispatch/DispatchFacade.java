package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.hint.DispatchHints;
import io.pithead.coordinator.job.JobClasses;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.node.Node;
import io.pithead.coordinator.node.NodeConfig;
import io.pithead.coordinator.node.NodeRegistry;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Draining;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Work;
import io.pithead.coordinator.reputation.Reputes;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobOffer;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Where miners ask for work, and where the rest of the server says that there is some. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class DispatchFacade {
    private static final Duration CLAIMER_ALLOWED_AGE = Duration.ofSeconds(30);

    @Inject
    Database database;

    @Inject
    NodeRegistry nodes;

    @Inject
    NodeConfig nodeConfig;

    @Inject
    LeaseConfig leaseConfig;

    @Inject
    DispatchConfig config;

    @Inject
    JobClasses classes;

    @Inject
    Transitions transitions;

    @Inject
    DispatchQueue queue;

    @Inject
    KeyRing keys;

    @Inject
    DispatchHints hints;

    @Inject
    Secrets secrets;

    @Inject
    Reputes reputes;

    @Inject
    Loops loops;

    @Inject
    Work work;

    @Inject
    DispatchMetrics metrics;

    private Claimer claimer;

    @PostConstruct
    void open() {
        claimer = new Claimer(
                database,
                classes,
                transitions,
                leaseConfig,
                config.look(),
                queue,
                new Offers(database, secrets),
                work.answers(),
                new Wakes(metrics::woke),
                reputes::of);
        loops.onStop(claimer::close);
        metrics.start(claimer::parked);
        claimer.start(work.threads(), loops.register("claimer", CLAIMER_ALLOWED_AGE));
        keys.onRevoked(this::evict);
        nodes.onChanged(queue::changed);
        nodes.onBanned(node -> queue.bar(node.id(), node.banned(List.of())));
        hints.onHint(queue::suspect);
    }

    /** Nobody is parked here any more: a poll is answered at once, as if its time were over. */
    public void drain(@Observes Draining event) {
        claimer.drain();
    }

    @PreDestroy
    void close() {
        claimer.close();
    }

    /**
     * Up to {@code slots} jobs for this node, at once or as soon as there is one within {@code wait}; empty when there is
     * none. A miner that does not renew gets the job it holds again.
     *
     * @param key the API key of the request: a revoked key's polls end
     */
    public CompletableFuture<List<JobOffer>> next(UUID account, UUID key, String minerId, int slots, Duration wait) {
        Node node = nodes.require(account, minerId);
        nodes.polled(node);
        Duration bounded = wait.compareTo(nodeConfig.maxWait()) > 0 ? nodeConfig.maxWait() : wait;
        return claimer.park(node, key, Math.min(slots, node.concurrency()), bounded);
    }

    private void evict(Set<UUID> keys) {
        queue.evict(keys, new CoordinatorException(ErrorCode.UNAUTHORIZED_KEY, "The key was revoked or has expired."));
    }

    public int parked() {
        return claimer.parked();
    }
}
