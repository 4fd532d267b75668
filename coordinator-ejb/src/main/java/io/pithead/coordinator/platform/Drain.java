package io.pithead.coordinator.platform;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** The announced stop. A server that is stopped without being told does the same, later and all at once. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class Drain {
    private static final String NAME = "io.pithead:type=Drain";
    private static final Logger LOG = System.getLogger(Drain.class.getName());

    /** Everybody who waits is told, which is quick: answers are written by others. */
    private static final long TELL_MS = 5_000;

    private static final int RETRY_AFTER_S = 1;

    @Inject
    Event<Draining> event;

    @Inject
    Work work;

    @Inject
    Loops loops;

    private volatile boolean draining;

    @PostConstruct
    void register() {
        try {
            server().registerMBean(new StandardMBean(new Switch(this), DrainMXBean.class, true), new ObjectName(NAME));
        } catch (JMException e) {
            LOG.log(Level.WARNING, () -> "drain.not_registered", e);
        }
    }

    @PreDestroy
    void unregister() {
        try {
            server().unregisterMBean(new ObjectName(NAME));
        } catch (JMException e) {
            LOG.log(Level.DEBUG, () -> "drain.not_unregistered", e);
        }
    }

    public boolean isDraining() {
        return draining;
    }

    /** What somebody is told who wants to wait here. */
    public static CoordinatorException refusal() {
        return new CoordinatorException(ErrorCode.UNAVAILABLE, "The server is stopping; try again shortly.")
                .withRetryAfter(RETRY_AFTER_S);
    }

    /** On a thread of the application: the caller's knows nothing of it. */
    private void begin() {
        draining = true;
        LOG.log(Level.INFO, "server.draining");
        Thread telling = work.threads().newThread(() -> event.fire(new Draining()));
        telling.start();
        try {
            telling.join(TELL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MBeanServer server() {
        return ManagementFactory.getPlatformMBeanServer();
    }

    private record Switch(Drain server) implements DrainMXBean {
        @Override
        public void drain() {
            server.begin();
        }

        @Override
        public void end() {
            server.loops.stop();
        }

        @Override
        public boolean isDraining() {
            return server.draining;
        }
    }
}
