package io.pithead.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Bell;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.seal.SealingKeyFile;
import io.pithead.coordinator.seal.SecretBox;
import io.pithead.coordinator.task.core.GroupChange;
import io.pithead.coordinator.testing.Await;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.coordinator.webhook.Receiver.Received;
import io.pithead.coordinator.webhook.core.RetryPolicy.Decision;
import io.pithead.coordinator.webhook.core.Signature;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.GroupView;
import io.pithead.protocol.webhook.DeadWebhook;
import io.pithead.protocol.webhook.WebhookEvent;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timeout of each test only ends a test that hangs. */
@Timeout(120)
class DeliveryLoopIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String SECRET = "a-secret-of-sixteen";

    final TestDatabase db = TestDatabase.create();
    final WebhookSecrets secrets = new WebhookSecrets(new SecretBox(new byte[SealingKeyFile.KEY_BYTES]));
    final Subscriptions subscriptions = new Subscriptions(db.database());
    final WebhookSink sink = new WebhookSink(subscriptions, new Outbox());
    final ExecutorService threads = Executors.newCachedThreadPool();
    final List<AutoCloseable> opened = new ArrayList<>();
    final UUID account = db.account();
    final Bell bell = new Bell();
    Receiver receiver;

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
        opened.add(receiver);
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void a_callback_hears_every_step_of_its_job_in_order_and_signed() throws Exception {
        UUID job = jobCallingBack("/cb");
        steps(job, 1, JobState.QUEUED, JobState.LEASED, JobState.RUNNING);
        steps(job, 4, JobState.VERIFYING, JobState.COMPLETED);

        runUntilNothingIsPending(loop("PT1H"));

        List<Received> received = receiver.received("/cb");
        assertThat(received)
                .extracting(Received::event)
                .containsExactly("job.queued", "job.leased", "job.running", "job.verifying", "job.completed");
        String secret = db.database().withConnection(connection -> {
            byte[] sealed = SubscriptionStore.secretOf(connection, account, new byte[0]);
            return secrets.open(account, sealed);
        });
        assertThat(received).allSatisfy(one -> {
            assertThat(one.signature()).isEqualTo(Signature.header(secret, NOW.getEpochSecond(), one.body()));
            assertThat(one.text()).contains("\"id\":\"" + job + "\"").doesNotContain(secret);
        });
        assertThat(received).extracting(Received::delivery).doesNotHaveDuplicates();
    }

    @Test
    void a_subscription_hears_what_it_asked_for_of_its_own_account_only() throws Exception {
        subscribe(account, receiver.url("/all"));
        subscribe(account, receiver.url("/ends"), "job.completed", "job.failed");
        UUID stranger = db.account();
        steps(job(account), 1, JobState.QUEUED, JobState.CANCELED);
        steps(job(account), 1, JobState.QUEUED, JobState.FAILED);
        append(List.of(transition(job(stranger), stranger, 1, JobState.FAILED, false)));

        runUntilNothingIsPending(loop("PT1H"));

        assertThat(receiver.received("/all")).hasSize(4);
        assertThat(receiver.received("/ends")).extracting(Received::event).containsExactly("job.failed");
        assertThat(receiver.received("/ends").getFirst().signature())
                .isEqualTo(Signature.header(
                        SECRET,
                        NOW.getEpochSecond(),
                        receiver.received("/ends").getFirst().body()));
    }

    @Test
    void a_subscription_hears_of_its_accounts_groups_in_order_beside_its_jobs() throws Exception {
        subscribe(account, receiver.url("/all"));
        subscribe(account, receiver.url("/groups"), "group.dissolved");
        UUID stranger = db.account();
        subscribe(stranger, receiver.url("/stranger"));
        UUID group = UUID.randomUUID();
        steps(job(account), 1, JobState.QUEUED);
        changed(group, GroupView.State.PLACED, null);
        changed(group, GroupView.State.DISSOLVED, "a node of it is away");

        runUntilNothingIsPending(loop("PT1H"));

        assertThat(receiver.received("/all"))
                .extracting(Received::event)
                .containsExactlyInAnyOrder("job.queued", "group.formed", "group.dissolved");
        assertThat(receiver.received("/all"))
                .filteredOn(one -> one.event().startsWith("group."))
                .extracting(Received::event)
                .containsExactly("group.formed", "group.dissolved");
        assertThat(receiver.received("/stranger")).isEmpty();
        assertThat(receiver.received("/groups")).singleElement().satisfies(one -> {
            assertThat(one.signature()).isEqualTo(Signature.header(SECRET, NOW.getEpochSecond(), one.body()));
            WebhookEvent.Group told = Objects.requireNonNull(
                    Json.own(one.text(), WebhookEvent.class).group());
            assertThat(told.id()).isEqualTo(group);
            assertThat(told.nodes()).containsExactly("b", "a");
            assertThat(told.seq()).isEqualTo(2);
            assertThat(told.reason()).isEqualTo("a node of it is away");
        });
    }

    private void changed(UUID group, GroupView.State state, @Nullable String reason) {
        var change = new GroupChange(group, UUID.randomUUID(), account, "pair", state, NOW, List.of("b", "a"), reason);
        db.database().doInTransaction(connection -> sink.changed(connection, List.of(change)));
    }

    @Test
    void groups_of_accounts_that_subscribed_to_nothing_write_nothing() {
        changed(UUID.randomUUID(), GroupView.State.PLACED, null);
        assertThat(pending()).isZero();
        assertThat(db.number("select count(*) from outbox")).isZero();
    }

    @Test
    void transitions_that_nobody_wants_to_hear_of_write_nothing() {
        db.database().doInTransaction(connection -> {
            connection.createStatement().execute("set transaction read only");
            sink.append(connection, List.of(transition(job(account), account, 1, JobState.QUEUED, false)));
        });

        assertThat(db.number("select count(*) from outbox")).isZero();
    }

    @Test
    void deliveries_commit_with_the_transition_and_its_message_or_not_at_all() {
        UUID job = jobCallingBack("/cb");
        assertThatThrownBy(() -> db.database().doInTransaction(connection -> {
                    sink.append(connection, List.of(transition(job, account, 1, JobState.QUEUED, true)));
                    throw new SQLException("the transition failed");
                }))
                .hasRootCauseMessage("the transition failed");
        assertThat(pending()).isZero();
        assertThat(db.number("select count(*) from outbox")).isZero();

        steps(job, 1, JobState.QUEUED);

        assertThat(pending()).isOne();
        assertThat(db.number("select count(*) from outbox where queue = 'webhook'"))
                .isOne();
    }

    @Test
    void a_later_event_waits_until_the_earlier_one_got_through() throws Exception {
        UUID job = jobCallingBack("/cb");
        UUID other = jobCallingBack("/other");
        receiver.answers("/cb", 500);
        steps(job, 1, JobState.QUEUED, JobState.LEASED);
        steps(other, 1, JobState.QUEUED, JobState.LEASED);

        DeliveryLoop loop = loop("PT0.1S");
        Await.until("three tries", () -> {
            loop.round();
            return receiver.received("/cb").size() >= 3;
        });
        assertThat(receiver.received("/cb")).extracting(Received::event).containsOnly("job.queued");
        assertThat(receiver.received("/other")).hasSize(2);
        receiver.on("/cb", exchange -> exchange.sendResponseHeaders(200, -1));
        runUntilNothingIsPending(loop);

        List<Received> received = receiver.received("/cb");
        assertThat(received.getLast().event()).isEqualTo("job.leased");
        assertThat(received.subList(0, received.size() - 1))
                .extracting(Received::event)
                .containsOnly("job.queued");
        assertThat(received.subList(0, received.size() - 1))
                .extracting(Received::delivery)
                .containsOnly(received.getFirst().delivery());
    }

    @Test
    void after_the_window_it_is_dead_and_an_operator_can_try_it_again() throws Exception {
        UUID job = jobCallingBack("/cb");
        receiver.answers("/cb", 503);
        steps(job, 1, JobState.QUEUED, JobState.COMPLETED);
        db.update("update webhook_delivery set created_at = now() - interval '25 hours'");

        DeliveryLoop loop = loop("PT0.1S");
        runUntilNothingIsPending(loop);

        assertThat(dead()).hasSize(2).allSatisfy(one -> {
            assertThat(one.attempts()).isOne();
            assertThat(one.lastError()).isEqualTo("answered 503");
            assertThat(one.jobId()).isEqualTo(job);
        });
        receiver.answers("/cb", 200);
        int revived = db.database().inTransaction(connection -> DeadDeliveries.revive(connection, null, 10));
        runUntilNothingIsPending(loop);

        assertThat(revived).isEqualTo(2);
        assertThat(receiver.received("/cb").subList(2, 4))
                .extracting(Received::event)
                .containsExactly("job.queued", "job.completed");
        assertThat(db.number("select count(*) from webhook_delivery")).isZero();
    }

    @Test
    void within_the_day_it_is_tried_again_later_and_later() throws Exception {
        UUID job = jobCallingBack("/cb");
        receiver.answers("/cb", 503);
        steps(job, 1, JobState.QUEUED);
        DeliveryLoop loop = loop(Map.of("pithead.webhook.allow-private", "true"));
        var pauses = new ArrayList<Long>();
        for (int tries = 1; tries <= 12; tries++) {
            db.update("update webhook_stream set due_at = now()");
            db.update("update webhook_delivery set created_at = now() - interval '23 hours 50 minutes'");
            int made = tries;
            Await.until("try " + tries, () -> {
                loop.round();
                return db.number(
                                "select count(*) from webhook_delivery d join webhook_stream s using (job_id, target)"
                                        + " where d.attempts = ? and s.claim is null",
                                made)
                        == 1;
            });
            pauses.add(db.number("select round(extract(epoch from due_at - now())) from webhook_stream"));
        }

        assertThat(dead()).isEmpty();
        assertThat(pauses.get(0)).as("half of PT5S, which chance left").isLessThanOrEqualTo(3);
        assertThat(pauses.get(5)).as("doubled five times").isBetween(40L, 80L);
        assertThat(pauses.get(11)).as("half of the longest").isBetween(900L, 1_800L);
    }

    @Test
    void a_receiver_inside_is_not_called_unless_the_operator_allows_it() throws Exception {
        subscribe(account, receiver.url("/inside"));
        steps(job(account), 1, JobState.QUEUED);

        DeliveryLoop loop = loop(Map.of("pithead.webhook.retry.window", "PT1S"));
        db.update("update webhook_delivery set created_at = now() - interval '1 hour'");
        runUntilNothingIsPending(loop);

        assertThat(receiver.received()).isEmpty();
        assertThat(dead())
                .singleElement()
                .satisfies(dead -> assertThat(dead.lastError()).isEqualTo("the host has no public address"));
    }

    @Test
    void one_dead_delivery_can_be_tried_alone() {
        UUID job = jobCallingBack("/cb");
        steps(job, 1, JobState.QUEUED, JobState.COMPLETED);
        db.update("update webhook_delivery set state = 'DEAD', dead_at = now()");
        db.update("delete from webhook_stream");
        UUID one = dead().getFirst().id();

        int revived = db.database().inTransaction(connection -> DeadDeliveries.revive(connection, one, 10));

        assertThat(revived).isOne();
        assertThat(pending()).isOne();
        assertThat(db.number("select count(*) from webhook_delivery where state = 'DEAD'"))
                .isOne();
    }

    @Test
    void a_callback_that_may_not_be_called_is_dead_at_once() throws Exception {
        UUID job = jobWithCallback("http://user:password@127.0.0.1:" + receiver.port() + "/");
        steps(job, 1, JobState.QUEUED);

        runUntilNothingIsPending(loop("PT1H"));

        assertThat(receiver.received()).isEmpty();
        assertThat(dead())
                .singleElement()
                .satisfies(dead -> assertThat(dead.lastError()).contains("credentials"));
    }

    @Test
    void a_slow_receiver_delays_only_itself() throws Exception {
        var release = new CountDownLatch(1);
        var waiting = new AtomicInteger();
        receiver.on("/slow", exchange -> {
            waiting.incrementAndGet();
            release.await();
            exchange.sendResponseHeaders(200, -1);
        });
        try (var quick = new Receiver()) {
            for (int i = 0; i < 3 * CallsInFlight.PER_HOST; i++) {
                steps(jobCallingBack("/slow"), 1, JobState.QUEUED);
            }
            UUID job = jobWithCallback(quick.url("/quick"));
            steps(job, 1, JobState.QUEUED, JobState.LEASED, JobState.COMPLETED);

            DeliveryLoop loop = loop("PT1H");
            Await.until("the quick one has heard all while the slow one holds what it may", () -> {
                loop.round();
                return quick.received("/quick").size() == 3 && waiting.get() == CallsInFlight.PER_HOST;
            });
            loop.round();

            assertThat(waiting.get()).isEqualTo(CallsInFlight.PER_HOST);
            release.countDown();
            runUntilNothingIsPending(loop);
            assertThat(receiver.received("/slow")).hasSize(3 * CallsInFlight.PER_HOST);
        }
    }

    @Test
    void an_account_with_many_slow_hosts_leaves_room_for_others() throws Exception {
        var release = new CountDownLatch(1);
        var waiting = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            var slow = new Receiver();
            opened.addFirst(slow);
            slow.on("/", exchange -> {
                waiting.incrementAndGet();
                release.await();
            });
            for (int j = 0; j < CallsInFlight.PER_HOST; j++) {
                steps(jobWithCallback(slow.url("/")), 1, JobState.QUEUED);
            }
        }
        UUID other = db.account();
        subscribe(other, receiver.url("/quick"));
        append(List.of(transition(job(other), other, 1, JobState.QUEUED, false)));

        DeliveryLoop loop = loop("PT1H");
        Await.until("the other account is served", () -> {
            loop.round();
            return receiver.received("/quick").size() == 1 && waiting.get() >= CallsInFlight.PER_ACCOUNT;
        });

        assertThat(waiting.get()).isLessThan(2 * CallsInFlight.PER_ACCOUNT);
        release.countDown();
    }

    @Test
    void the_late_result_of_a_claim_that_ran_out_changes_nothing() {
        UUID job = jobCallingBack("/cb");
        steps(job, 1, JobState.QUEUED);
        Claim stale = claimOne();
        db.update("update webhook_stream set due_at = now()");
        Claim current = claimOne();

        apply(new Result(stale, new Decision.Delivered()));
        assertThat(pending()).isOne();
        apply(new Result(stale, new Decision.GiveUp("late")));
        assertThat(db.number("select count(*) from webhook_delivery where state = 'DEAD'"))
                .isZero();
        apply(new Result(current, new Decision.Delivered()));
        assertThat(pending()).isZero();
    }

    @Test
    void what_was_pending_for_a_deleted_subscription_is_forgotten() throws Exception {
        UUID id = subscribe(account, receiver.url("/all"));
        steps(job(account), 1, JobState.QUEUED, JobState.CANCELED);
        db.database().doInTransaction(connection -> SubscriptionStore.delete(connection, account, id));

        runUntilNothingIsPending(loop("PT1H"));

        assertThat(receiver.received()).isEmpty();
        assertThat(db.number("select count(*) from webhook_delivery")).isZero();
    }

    @Test
    void two_instances_share_the_work_and_call_each_delivery_once() throws Exception {
        int jobs = 40;
        for (int i = 0; i < jobs; i++) {
            steps(jobCallingBack("/cb" + i), 1, JobState.QUEUED, JobState.LEASED, JobState.COMPLETED);
        }
        DeliveryLoop one = loop("PT1H");
        DeliveryLoop two = loop("PT1H");
        var second = threads.submit(() -> {
            runUntilNothingIsPending(two);
            return true;
        });
        runUntilNothingIsPending(one);
        second.get();

        assertThat(receiver.received())
                .hasSize(3 * jobs)
                .extracting(Received::delivery)
                .doesNotHaveDuplicates();
        for (int i = 0; i < jobs; i++) {
            assertThat(receiver.received("/cb" + i))
                    .extracting(Received::event)
                    .containsExactly("job.queued", "job.leased", "job.completed");
        }
    }

    @Test
    void events_written_while_their_stream_ends_are_not_forgotten() throws Exception {
        UUID job = jobCallingBack("/cb");
        int events = 60;
        DeliveryLoop loop = loop("PT1H");
        var writer = threads.submit(() -> {
            for (int seq = 1; seq <= events; seq++) {
                append(List.of(transition(job, account, seq, JobState.RUNNING, true)));
            }
        });
        Await.until("all are written and told", () -> {
            loop.round();
            return writer.isDone() && pending() == 0;
        });

        assertThat(receiver.received("/cb")).hasSize(events);
        assertThat(db.number("select count(*) from webhook_stream")).isZero();
    }

    private void runUntilNothingIsPending(DeliveryLoop loop) throws Exception {
        Await.until("nothing is pending", () -> {
            loop.round();
            return pending() == 0;
        });
        assertThat(db.number("select count(*) from webhook_stream")).isZero();
    }

    private List<DeadWebhook> dead() {
        return db.database().withConnection(connection -> DeadDeliveries.page(connection, null, 10));
    }

    private long pending() {
        return db.number("select count(*) from webhook_delivery where state = 'PENDING'");
    }

    /** A loop that may call the receiver, which is on this machine. */
    private DeliveryLoop loop(String firstDelay) {
        return loop(Map.of("pithead.webhook.retry.first", firstDelay, "pithead.webhook.allow-private", "true"));
    }

    private DeliveryLoop loop(Map<String, String> settings) {
        var config = new WebhookConfig();
        config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        HttpCaller caller = HttpCaller.of(config);
        opened.add(caller);
        return new DeliveryLoop(
                db.database(), secrets, config, caller, threads, bell::ring, InstantSource.fixed(NOW), () -> 0);
    }

    private Claim claimOne() {
        return db.database()
                .inTransaction(connection -> {
                    List<String> hosts = DeliveryStore.hostsAfter(connection, "");
                    return DeliveryStore.claim(connection, Map.of(hosts.getFirst(), 1), Set.of(), 1);
                })
                .getFirst();
    }

    private void apply(Result result) {
        db.database().doInTransaction(connection -> DeliveryStore.apply(connection, List.of(result)));
    }

    private UUID subscribe(UUID owner, String url, String... events) {
        var subscription =
                new Subscription(Ids.next(Instant.now()), owner, url, NewDeliveries.hostOf(url), Set.of(events));
        db.database()
                .doInTransaction(connection ->
                        SubscriptionStore.insert(connection, subscription, secrets.seal(subscription.id(), SECRET)));
        subscriptions.refresh();
        return subscription.id();
    }

    private UUID job(UUID owner) {
        return db.job(owner, "{\"workload\":\"w\"}");
    }

    private UUID jobCallingBack(String path) {
        return jobWithCallback(receiver.url(path));
    }

    private UUID jobWithCallback(String url) {
        return db.job(account, "{\"workload\":\"w\",\"callback_url\":\"" + url + "\"}");
    }

    private void steps(UUID job, int firstSeq, JobState... states) {
        boolean callback =
                db.number("select count(*) from job_spec where job_id = ? and request->>'callback_url' <> ''", job) > 0;
        var transitions = new ArrayList<Transition>();
        for (int i = 0; i < states.length; i++) {
            transitions.add(transition(job, account, firstSeq + i, states[i], callback));
        }
        append(transitions);
    }

    private void append(List<Transition> transitions) {
        db.database().doInTransaction(connection -> sink.append(connection, transitions));
    }

    private static Transition transition(UUID job, UUID owner, int seq, JobState state, boolean callback) {
        return new Transition(job, owner, seq, state, NOW, "test", 1, null, null, null, callback);
    }
}
