package io.pithead.coordinator.outbox;

import io.pithead.coordinator.platform.Platform;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The JMS broker, and whether it is there. While it is lost only the relay tries it, with backoff; everybody else is
 * refused at once, so that a dead broker costs nobody a connection timeout.
 */
@ApplicationScoped
public class Broker {
    private static final Logger LOG = System.getLogger(Broker.class.getName());

    @Resource(lookup = Platform.CONNECTION_FACTORY)
    ConnectionFactory factory;

    private final AtomicBoolean lost = new AtomicBoolean();

    /** What to do with a session that is closed afterwards. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Session session) throws JMSException;
    }

    /** Whether a session's sends and receives happen together, at its commit, or each by itself. */
    public enum Mode {
        TOGETHER,
        EACH
    }

    /** For the container. */
    public Broker() {}

    /** For tests, which bring a broker of their own. */
    public Broker(ConnectionFactory factory) {
        this.factory = factory;
    }

    public boolean isLost() {
        return lost.get();
    }

    /** Refuses at once while the broker is lost. */
    public <T> T call(Mode mode, Work<T> work) {
        if (lost.get()) {
            throw new BrokerException("the broker is away");
        }
        try {
            return attempt(mode, work);
        } catch (BrokerException e) {
            verify();
            throw e;
        }
    }

    /** Throws when the broker is away; tells a broker that is lost from one that refused something. */
    void verify() {
        try {
            attempt(Mode.EACH, session -> true);
        } catch (BrokerException e) {
            if (lost.compareAndSet(false, true)) {
                LOG.log(Level.WARNING, () -> "broker.lost reason=" + e.getMessage());
            }
            throw e;
        }
    }

    /** Tries even when the broker is lost: what finds it again. */
    <T> T attempt(Mode mode, Work<T> work) {
        T result;
        try (Connection connection = factory.createConnection()) {
            try (Session session = session(connection, mode)) {
                connection.start();
                result = work.on(session);
                if (mode == Mode.TOGETHER) {
                    session.commit();
                }
            }
        } catch (JMSException e) {
            throw new BrokerException(e);
        }
        found();
        return result;
    }

    private static Session session(Connection connection, Mode mode) throws JMSException {
        return switch (mode) {
            case TOGETHER -> connection.createSession(true, Session.SESSION_TRANSACTED);
            case EACH -> connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        };
    }

    private void found() {
        if (lost.compareAndSet(true, false)) {
            LOG.log(Level.INFO, "broker.back");
        }
    }
}
