package io.pithead.coordinator.outbox;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.outbox.Broker.Mode;
import io.pithead.coordinator.outbox.Broker.Work;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.queue.DeadLetter;
import io.pithead.protocol.queue.Queues.Queue;
import io.pithead.protocol.queue.Retried;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The queues as an operator sees them. JMS only, so that any Artemis will do, embedded or not. */
@ApplicationScoped
public class DeadLetters {
    static final int MAX_RETRIED = 1_000;
    /** A page further back than this has to wait until the front is dealt with. */
    static final int MAX_BROWSED = 10_000;

    private static final Logger LOG = System.getLogger(DeadLetters.class.getName());
    private static final int MAX_BODY = 4_096;
    private static final long RECEIVE_MS = 2_000;
    private static final Pattern MESSAGE_ID = Pattern.compile("ID:[0-9a-zA-Z.:_-]{1,90}");
    private static final int RETRY_AFTER_S = 5;

    @Inject
    Broker broker;

    /** For the container. */
    public DeadLetters() {}

    DeadLetters(Broker broker) {
        this.broker = broker;
    }

    public List<Queue> queues() {
        return call(Mode.EACH, BrokerView::queues);
    }

    /** The cursor is a position: what is retried meanwhile moves the rest forward. */
    public Page<DeadLetter> page(String queue, @Nullable String cursor, int limit) {
        int from = position(cursor);
        return call(Mode.EACH, session -> browse(session, known(queue), from, limit));
    }

    /** One, or the oldest {@value #MAX_RETRIED}: taken from the dead letters and put into the queue in one transaction. */
    Retried retry(String queue, @Nullable String id) {
        String checked = known(queue);
        if (id == null) {
            int moved = call(Mode.TOGETHER, session -> take(session, checked, MAX_RETRIED, true));
            return new Retried(moved, moved == MAX_RETRIED);
        }
        if (call(Mode.TOGETHER, session -> takeOne(session, checked, wellFormed(id), true)) == 0) {
            throw noSuchLetter(id);
        }
        return new Retried(1, false);
    }

    DeadLetter get(String queue, String id) {
        String checked = known(queue);
        return call(Mode.EACH, session -> find(session, checked, wellFormed(id)))
                .orElseThrow(() -> noSuchLetter(id));
    }

    /** Thrown away for good, the oldest first. @return how many there were to throw away */
    int discard(String queue, int limit) {
        String checked = known(queue);
        return call(Mode.TOGETHER, session -> take(session, checked, limit, false));
    }

    int discard(String queue, String id) {
        String checked = known(queue);
        return call(Mode.TOGETHER, session -> takeOne(session, checked, wellFormed(id), false));
    }

    private static String wellFormed(String id) {
        if (!MESSAGE_ID.matcher(id).matches()) {
            throw noSuchLetter(id);
        }
        return id;
    }

    private static CoordinatorException noSuchLetter(String id) {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such dead letter.", Map.of("id", id));
    }

    private static String known(String queue) {
        if (!Destinations.QUEUES.contains(queue)) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such queue.");
        }
        return queue;
    }

    private static int position(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (!cursor.matches("[0-9]{1,5}")) {
            throw new CoordinatorException(
                    ErrorCode.MALFORMED_REQUEST, "A parameter is wrong.", Map.of("cursor", "must be from an answer"));
        }
        return Integer.parseInt(cursor);
    }

    private <T> T call(Mode mode, Work<T> work) {
        try {
            return broker.call(mode, work);
        } catch (BrokerException e) {
            if (!broker.isLost()) {
                LOG.log(Level.WARNING, () -> "broker.refused reason=" + e.getMessage());
            }
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The message broker is away, or refuses this.")
                    .withRetryAfter(RETRY_AFTER_S);
        }
    }

    private static Page<DeadLetter> browse(Session session, String queue, int from, int limit) throws JMSException {
        var letters = new ArrayList<DeadLetter>();
        try (QueueBrowser browser = session.createBrowser(session.createQueue(Destinations.deadLettersOf(queue)))) {
            Enumeration<?> messages = browser.getEnumeration();
            for (int i = 0; i < MAX_BROWSED && messages.hasMoreElements(); i++) {
                Message message = (Message) messages.nextElement();
                if (i < from) {
                    continue;
                }
                if (letters.size() == limit) {
                    return new Page<>(letters, Integer.toString(i));
                }
                letters.add(letter(queue, message));
            }
        }
        return new Page<>(letters, null);
    }

    private static DeadLetter letter(String queue, Message message) throws JMSException {
        String body = message instanceof TextMessage text && text.getText() != null ? text.getText() : "";
        return new DeadLetter(
                message.getJMSMessageID(),
                queue,
                body.length() <= MAX_BODY ? body : body.substring(0, MAX_BODY),
                Instant.ofEpochMilli(message.getJMSTimestamp()));
    }

    private static int take(Session session, String queue, int limit, boolean again) throws JMSException {
        int taken = 0;
        try (MessageConsumer dead = session.createConsumer(session.createQueue(Destinations.deadLettersOf(queue)));
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (Message message = dead.receiveNoWait();
                    message != null;
                    message = taken < limit ? dead.receiveNoWait() : null) {
                if (again) {
                    producer.send(again(session, message));
                }
                taken++;
            }
        }
        return taken;
    }

    private static int takeOne(Session session, String queue, String id, boolean again) throws JMSException {
        try (MessageConsumer dead =
                        session.createConsumer(session.createQueue(Destinations.deadLettersOf(queue)), selector(id));
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            Message message = dead.receive(RECEIVE_MS);
            if (message == null) {
                return 0;
            }
            if (again) {
                producer.send(again(session, message));
            }
            return 1;
        }
    }

    private static Optional<DeadLetter> find(Session session, String queue, String id) throws JMSException {
        try (QueueBrowser browser =
                session.createBrowser(session.createQueue(Destinations.deadLettersOf(queue)), selector(id))) {
            Enumeration<?> messages = browser.getEnumeration();
            return messages.hasMoreElements()
                    ? Optional.of(letter(queue, (Message) messages.nextElement()))
                    : Optional.empty();
        }
    }

    private static String selector(String id) {
        return "JMSMessageID = '" + id + "'";
    }

    /** A new message: the old one's duplicate id would have it dropped. */
    private static Message again(Session session, Message message) throws JMSException {
        return session.createTextMessage(message instanceof TextMessage text ? text.getText() : "");
    }
}
