package io.pithead.coordinator.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.Await;
import io.pithead.coordinator.testing.TestBroker;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.queue.DeadLetter;
import io.pithead.protocol.queue.Queues.Queue;
import io.pithead.protocol.queue.Retried;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersIT {
    private static final int DELIVERIES = 3;

    static TestBroker testBroker;
    static DeadLetters letters;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        testBroker = new TestBroker(folder);
        letters = new DeadLetters(new Broker(testBroker.connectionFactory()));
    }

    @AfterAll
    static void stop() throws Exception {
        testBroker.close();
    }

    @BeforeEach
    void empty() {
        for (String queue : Destinations.QUEUES) {
            drain(queue);
            drain(Destinations.deadLettersOf(queue));
        }
    }

    @Test
    void a_message_refused_too_often_is_listed_and_tried_again() throws Exception {
        send(Destinations.VERIFY, "one");
        refuse(Destinations.VERIFY);
        Await.until(
                "the message is dead",
                () -> !letters.page(Destinations.VERIFY, null, 10).items().isEmpty());

        List<DeadLetter> dead = letters.page(Destinations.VERIFY, null, 10).items();
        assertThat(dead).extracting(DeadLetter::body).containsExactly("one");
        Retried retried = letters.retry(Destinations.VERIFY, dead.getFirst().id());

        assertThat(retried).isEqualTo(new Retried(1, false));
        assertThat(testBroker.browse(Destinations.VERIFY)).containsExactly("one");
        assertThat(letters.page(Destinations.VERIFY, null, 10).items()).isEmpty();
    }

    @Test
    void one_retry_leaves_the_others_dead() throws Exception {
        bury(Destinations.CHAIN, "a", "b", "c");
        DeadLetter second = letters.page(Destinations.CHAIN, null, 10).items().get(1);

        letters.retry(Destinations.CHAIN, second.id());

        assertThat(testBroker.browse(Destinations.CHAIN)).containsExactly("b");
        assertThat(testBroker.browse(Destinations.deadLettersOf(Destinations.CHAIN)))
                .containsExactly("a", "c");
    }

    @Test
    void all_are_tried_again_up_to_a_bound() throws Exception {
        String[] bodies = new String[DeadLetters.MAX_RETRIED + 1];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = "m" + i;
        }
        bury(Destinations.SETTLEMENT, bodies);

        assertThat(letters.retry(Destinations.SETTLEMENT, null)).isEqualTo(new Retried(DeadLetters.MAX_RETRIED, true));
        assertThat(letters.retry(Destinations.SETTLEMENT, null)).isEqualTo(new Retried(1, false));
        assertThat(testBroker.browse(Destinations.SETTLEMENT)).containsExactly(bodies);
    }

    @Test
    void what_is_discarded_is_gone_and_goes_nowhere() throws Exception {
        bury(Destinations.CHAIN, "a", "b", "c", "d");
        DeadLetter second = letters.page(Destinations.CHAIN, null, 10).items().get(1);

        assertThat(letters.get(Destinations.CHAIN, second.id())).isEqualTo(second);
        assertThat(letters.discard(Destinations.CHAIN, second.id())).isEqualTo(1);
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.get(Destinations.CHAIN, second.id()));
        assertThat(letters.discard(Destinations.CHAIN, 2)).isEqualTo(2);

        assertThat(testBroker.browse(Destinations.CHAIN)).isEmpty();
        assertThat(testBroker.browse(Destinations.deadLettersOf(Destinations.CHAIN)))
                .containsExactly("d");
    }

    @Test
    void pages_follow_each_other() throws Exception {
        bury(Destinations.CHALLENGE, "a", "b", "c");

        Page<DeadLetter> first = letters.page(Destinations.CHALLENGE, null, 2);
        Page<DeadLetter> second = letters.page(Destinations.CHALLENGE, first.nextCursor(), 2);

        assertThat(first.items()).extracting(DeadLetter::body).containsExactly("a", "b");
        assertThat(second.items()).extracting(DeadLetter::body).containsExactly("c");
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void queues_are_counted_by_the_broker() throws Exception {
        send(Destinations.VERIFY, "waits");
        bury(Destinations.VERIFY, "dead", "dead too");

        List<Queue> queues;
        try (var context = testBroker.connectionFactory().createContext();
                var consumer = context.createConsumer(context.createQueue(Destinations.CHAIN))) {
            assertThat(consumer).isNotNull();
            queues = letters.queues();
        }

        assertThat(queues)
                .contains(new Queue(Destinations.VERIFY, 1, 0, 2), new Queue(Destinations.CHAIN, 0, 1, 0))
                .hasSize(Destinations.QUEUES.size());
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.page("passwords", null, 1));
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.retry(Destinations.VERIFY, "ID:0"));
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.retry(Destinations.VERIFY, "ID:x' or '1'='1"));
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.get(Destinations.VERIFY, "ID:0"));
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.discard(Destinations.VERIFY, "ID:x' or '1'='1"));
        assertRefused(ErrorCode.NOT_FOUND, () -> letters.discard("passwords", 1));
        assertRefused(ErrorCode.MALFORMED_REQUEST, () -> letters.page(Destinations.VERIFY, "-1", 1));
    }

    private static void assertRefused(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static void bury(String queue, String... bodies) {
        send(Destinations.deadLettersOf(queue), bodies);
    }

    private static void send(String queue, String... bodies) {
        try (var context = testBroker.connectionFactory().createContext(Session.SESSION_TRANSACTED)) {
            for (String body : bodies) {
                context.createProducer().send(context.createQueue(queue), body);
            }
            context.commit();
        }
    }

    /** Takes the first message as often as the broker gives it, and gives it back. */
    private static void refuse(String queue) {
        for (int i = 0; i < DELIVERIES; i++) {
            try (var context = testBroker.connectionFactory().createContext(Session.SESSION_TRANSACTED);
                    var consumer = context.createConsumer(context.createQueue(queue))) {
                assertThat(consumer.receive(10_000)).isNotNull();
                context.rollback();
            }
        }
    }

    private static void drain(String queue) {
        try (var context = testBroker.connectionFactory().createContext();
                var consumer = context.createConsumer(context.createQueue(queue))) {
            while (consumer.receive(50) != null) {
                context.acknowledge();
            }
        }
    }
}
