package io.pithead.coordinator.hint;

import io.pithead.coordinator.outbox.Broker;
import io.pithead.coordinator.outbox.Broker.Mode;
import io.pithead.coordinator.outbox.BrokerException;
import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Message;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Gathers class ids and sends them on a thread of its own, at most one message per interval. */
final class HintSender implements AutoCloseable {
    static final String INSTANCE = "instance";
    static final String TYPE = "dispatch.ready";
    static final long INTERVAL_MS = 20;
    /** More classes than this at once: the others are found by the slow poll. */
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = System.getLogger(HintSender.class.getName());
    private static final long CLOSE_WAIT_MS = 5_000;
    /** A hint that is older than this says nothing that the slow poll has not found. */
    private static final long TIME_TO_LIVE_MS = 2_000;

    private final String instance;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Long> waiting = new LinkedHashSet<>();
    private boolean open = true;
    private @Nullable Thread thread;

    HintSender(String instance) {
        this.instance = instance;
    }

    void start(Broker broker, ThreadFactory threads) {
        Thread started = threads.newThread(() -> run(broker));
        started.setName("pithead-hints");
        thread = started;
        started.start();
    }

    void add(Collection<Long> classIds) {
        lock.lock();
        try {
            for (Long id : classIds) {
                if (waiting.size() >= MAX_WAITING) {
                    break;
                }
                waiting.add(id);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run(Broker broker) {
        try {
            for (List<String> ids = next(); !ids.isEmpty(); ids = next()) {
                trySend(broker, ids);
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for something to say; empty when closed. */
    private List<String> next() throws InterruptedException {
        lock.lock();
        try {
            while (open && waiting.isEmpty()) {
                changed.await();
            }
            var ids = new ArrayList<String>();
            if (!open) {
                return ids;
            }
            Iterator<Long> first = waiting.iterator();
            while (first.hasNext() && ids.size() < Message.MAX_IDS) {
                ids.add(first.next().toString());
                first.remove();
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    private void trySend(Broker broker, List<String> ids) {
        try {
            broker.call(Mode.EACH, session -> send(session, ids));
        } catch (BrokerException e) {
            // a lost hint costs a second, not a job
            LOG.log(Level.DEBUG, () -> "hint.dropped classes=" + ids.size());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, () -> "hint.failed classes=" + ids.size(), e);
        }
    }

    private boolean send(Session session, List<String> ids) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createTopic(Destinations.DISPATCH))) {
            TextMessage message =
                    session.createTextMessage(Message.of(TYPE, ids).text());
            message.setStringProperty(INSTANCE, instance);
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.setDisableMessageID(true);
            producer.setTimeToLive(TIME_TO_LIVE_MS);
            producer.send(message);
            return true;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            open = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            running.join(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
