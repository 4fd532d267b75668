package io.pithead.coordinator.webhook;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.webhook.DeadDeliveries.Counts;
import io.pithead.coordinator.webhook.core.TargetUrl;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.queue.DiscardRequest;
import io.pithead.protocol.queue.Discarded;
import io.pithead.protocol.queue.Queues;
import io.pithead.protocol.queue.Retried;
import io.pithead.protocol.webhook.DeadWebhook;
import io.pithead.protocol.webhook.Webhook;
import io.pithead.protocol.webhook.WebhookRequest;
import io.pithead.protocol.webhook.WebhookSecret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What buyers and operators do with webhooks. */
@ApplicationScoped
public class WebhookFacade {
    static final int MAX_RETRIED = 1_000;

    @Inject
    Database database;

    @Inject
    WebhookConfig config;

    @Inject
    WebhookSecrets secrets;

    @Inject
    Subscriptions subscriptions;

    @Inject
    WebhookQueue queue;

    @Inject
    Audit audit;

    /** What is wrong with a URL by itself, if anything; completes "it …". */
    public Optional<String> problem(String url) {
        return TargetUrl.parse(url, config.ports()) instanceof TargetUrl.Refused refused
                ? Optional.of(refused.reason())
                : Optional.empty();
    }

    /** Refuses requests whose callback could never be called, before any of them is taken. */
    public void requireCallable(List<JobRequest> requests) {
        for (int i = 0; i < requests.size(); i++) {
            String url = requests.get(i).callbackUrl();
            if (url != null) {
                String member = requests.size() == 1 ? "/callback_url" : "/jobs/" + i + "/callback_url";
                problem(url).ifPresent(problem -> {
                    throw new CoordinatorException(
                            ErrorCode.INVALID_PAYLOAD, "The callback URL cannot be called.", Map.of(member, problem));
                });
            }
        }
    }

    /** The answer is the only place where the secret is ever shown. */
    public Webhook create(UUID account, WebhookRequest request) {
        problem(request.url()).ifPresent(problem -> {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD, "The URL cannot be called.", Map.of("/url", problem));
        });
        String given = request.secret();
        String secret = given == null ? secrets.fresh() : given;
        List<String> events = request.events();
        var subscription = new Subscription(
                Ids.next(Instant.now()),
                account,
                request.url(),
                NewDeliveries.hostOf(request.url()),
                events == null ? Set.of() : Set.copyOf(events));
        byte[] sealed = secrets.seal(subscription.id(), secret);
        Instant createdAt = database.inTransaction(connection -> {
            if (SubscriptionStore.countLocked(connection, account) >= config.subscriptionsPerAccount()) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "The account has as many webhooks as it may have; delete one.",
                        Map.of("limit", config.subscriptionsPerAccount()));
            }
            return SubscriptionStore.insert(connection, subscription, sealed);
        });
        subscriptions.refresh();
        return new Webhook(subscription.id(), subscription.url(), events, createdAt, secret);
    }

    /** All of them: their number is bounded. */
    public Page<Webhook> list(UUID account) {
        return new Page<>(database.withConnection(connection -> SubscriptionStore.list(connection, account)), null);
    }

    public void delete(UUID account, UUID id) {
        if (!database.inTransaction(connection -> SubscriptionStore.delete(connection, account, id))) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such webhook.");
        }
        subscriptions.refresh();
    }

    /** Makes the secret that the account's callbacks are signed with from now on. */
    public WebhookSecret rotateSecret(UUID account) {
        String secret = secrets.fresh();
        database.doInTransaction(
                connection -> SubscriptionStore.replaceSecret(connection, account, secrets.seal(account, secret)));
        return new WebhookSecret(secret);
    }

    public Queues.Webhooks counts() {
        Counts counts = database.withConnection(DeadDeliveries::count);
        return new Queues.Webhooks(counts.pendingStreams(), counts.dead());
    }

    public Page<DeadWebhook> dead(@Nullable UUID after, int limit) {
        List<DeadWebhook> found =
                database.withConnection(connection -> DeadDeliveries.page(connection, after, limit + 1));
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<DeadWebhook> page = found.subList(0, limit);
        return new Page<>(page, page.getLast().id().toString());
    }

    /** One, or the oldest {@value #MAX_RETRIED}. */
    public Retried retry(Caller by, @Nullable String id) {
        int revived = change(by, "webhook.retry", id, DeadDeliveries::revive);
        queue.look();
        return new Retried(revived, revived == MAX_RETRIED);
    }

    /** Calls that nobody will make any more. */
    public Discarded discard(Caller by, DiscardRequest request) {
        int gone = change(by, "webhook.discard", request.id(), DeadDeliveries::discard);
        return new Discarded(gone, gone == MAX_RETRIED);
    }

    /** What becomes of one dead delivery, or of the oldest. */
    @FunctionalInterface
    private interface Change {
        int make(Connection connection, @Nullable UUID id, int limit) throws SQLException;
    }

    private int change(Caller by, String action, @Nullable String id, Change change) {
        UUID known = id == null ? null : Ids.parse(id).orElseThrow(WebhookFacade::noSuchDelivery);
        return database.inTransaction(connection -> {
            int changed = change.make(connection, known, MAX_RETRIED);
            if (changed == 0 && known != null) {
                throw noSuchDelivery();
            }
            if (changed > 0) {
                String target = known == null ? "oldest" : known.toString();
                audit.record(connection, by, action, target, Map.of("calls", changed), Instant.now());
            }
            return changed;
        });
    }

    private static CoordinatorException noSuchDelivery() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such dead delivery.");
    }
}
