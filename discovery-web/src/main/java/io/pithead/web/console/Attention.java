package io.pithead.web.console;

import io.pithead.coordinator.chain.ChainFacade;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.coordinator.outbox.DeadLetters;
import io.pithead.coordinator.overview.Overview.Stats;
import io.pithead.coordinator.overview.OverviewFacade;
import io.pithead.coordinator.sanction.SanctionFacade;
import io.pithead.coordinator.verify.VerificationFacade;
import io.pithead.coordinator.webhook.WebhookFacade;
import io.pithead.protocol.admin.Disagreement;
import io.pithead.protocol.chain.ChainView;
import io.pithead.protocol.chain.Sanction;
import io.pithead.protocol.queue.Queues.Queue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** What needs a person now. However many look, it is asked for once in a while. */
@ApplicationScoped
public class Attention {
    private static final Duration AGE = Duration.ofSeconds(10);
    private static final Duration RECENT = Duration.ofDays(1);
    /** More than this many of one kind are "that many at least". */
    private static final int COUNTED = 50;

    private static final Logger LOG = System.getLogger(Attention.class.getName());

    @Inject
    OverviewFacade overview;

    @Inject
    DeadLetters letters;

    @Inject
    WebhookFacade webhooks;

    @Inject
    ChainFacade chains;

    @Inject
    DepositFacade deposits;

    @Inject
    VerificationFacade verifications;

    @Inject
    SanctionFacade sanctions;

    private final ReentrantLock asking = new ReentrantLock();
    private volatile Seen seen = new Seen(Instant.EPOCH, List.of());

    /** @param count -1 where it could not be asked for */
    record Need(String what, long count, String where) {
        String words() {
            return count < 0 ? "?" : count >= COUNTED ? COUNTED + "+" : Long.toString(count);
        }
    }

    private record Seen(Instant at, List<Need> needs) {}

    Stats stats() {
        return overview.stats();
    }

    List<Need> needs() {
        Seen current = seen;
        if (current.at.plus(AGE).isAfter(Instant.now())) {
            return current.needs;
        }
        asking.lock();
        try {
            if (!seen.at.plus(AGE).isAfter(Instant.now())) {
                seen = new Seen(Instant.now(), ask());
            }
            return seen.needs;
        } finally {
            asking.unlock();
        }
    }

    private List<Need> ask() {
        var needs = new ArrayList<Need>();
        needs.add(need(
                "Dead letters",
                "/console/queues",
                () -> letters.queues().stream().mapToLong(Queue::dead).sum()));
        needs.add(need(
                "Webhook calls given up",
                "/console/queues",
                () -> webhooks.counts().dead()));
        needs.add(need(
                "Stuck transactions",
                "/console/chain",
                () -> chains.states().stream().mapToLong(ChainView::stuck).sum()));
        needs.add(need(
                "Deposits to confirm",
                "/console/money",
                () -> deposits.pending(COUNTED, null).items().size()));
        needs.add(need(
                "Disagreements since yesterday",
                "/console/validation",
                () -> verifications.disagreements(COUNTED, null).items().stream()
                        .map(Disagreement::at)
                        .filter(at -> at.isAfter(Instant.now().minus(RECENT)))
                        .count()));
        needs.add(need(
                "Sanctions refused by the chain",
                "/console/validation",
                () -> sanctions
                        .list(Sanction.State.REFUSED, null, null, null, COUNTED)
                        .items()
                        .size()));
        return needs;
    }

    /** That one part of the system is away must not keep the others from being seen. */
    private static Need need(String what, String where, LongSupplier count) {
        try {
            return new Need(what, count.getAsLong(), where);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, () -> "console.not_counted what=" + what + " cause=" + e);
            return new Need(what, -1, where);
        }
    }
}
