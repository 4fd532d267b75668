package io.pithead.coordinator.testing;

import io.pithead.coordinator.outbox.Destinations;
import io.pithead.testing.FreePorts;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;

/** A real Artemis on a free port, with the addresses of the product's own broker.xml; can be killed and started again. */
public final class TestBroker implements AutoCloseable {
    private static final int MAX_DELIVERIES = 3;
    /** Held, or the level would be forgotten with the logger. */
    private static final Logger LOGGER = Logger.getLogger("org.apache.activemq");

    static {
        LOGGER.setLevel(Level.SEVERE);
    }

    private final Path folder;
    private final int port;
    private @Nullable EmbeddedActiveMQ broker;

    public TestBroker(Path folder) throws Exception {
        this.folder = folder;
        this.port = FreePorts.one();
        start();
    }

    public void start() throws Exception {
        var config = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalFileSize(1 << 20)
                .setJournalMinFiles(2)
                // its disk is always too full for it: no send of ours may wait for that
                .setMaxDiskUsage(0)
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setJournalDirectory(folder.resolve("journal").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .addAcceptorConfiguration("core", "tcp://127.0.0.1:" + port + "?protocols=CORE");
        config.addAddressConfiguration(
                new CoreAddressConfiguration().setName(Destinations.DISPATCH).addRoutingType(RoutingType.MULTICAST));
        for (String queue : Destinations.QUEUES) {
            String dead = Destinations.deadLettersOf(queue);
            config.addAddressConfiguration(anycast(queue)).addAddressConfiguration(anycast(dead));
            config.addAddressSetting(
                    queue,
                    new AddressSettings()
                            .setMaxDeliveryAttempts(MAX_DELIVERIES)
                            .setDeadLetterAddress(SimpleString.of(dead)));
        }
        broker = new EmbeddedActiveMQ().setConfiguration(config);
        broker.start();
    }

    private static CoreAddressConfiguration anycast(String name) {
        return new CoreAddressConfiguration()
                .setName(name)
                .addRoutingType(RoutingType.ANYCAST)
                .addQueueConfiguration(QueueConfiguration.of(name)
                        .setAddress(name)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
    }

    /** Without a farewell: connections break, what was not acknowledged is gone. */
    public void kill() throws Exception {
        EmbeddedActiveMQ running = broker;
        broker = null;
        if (running != null) {
            running.getActiveMQServer().fail(true);
            running.stop();
        }
    }

    /** As the resource adapter is set up: no reconnecting behind our back, no waiting for credits. */
    public ConnectionFactory connectionFactory() {
        return new ActiveMQConnectionFactory(
                "tcp://127.0.0.1:" + port + "?reconnectAttempts=0&callTimeout=10000&producerWindowSize=-1");
    }

    public int port() {
        return port;
    }

    /** The bodies of all messages of a queue, which stay there. */
    public List<String> browse(String queue) throws JMSException {
        try (var context = connectionFactory().createContext();
                var browser = context.createBrowser(context.createQueue(queue))) {
            var bodies = new ArrayList<String>();
            var messages = browser.getEnumeration();
            while (messages.hasMoreElements()) {
                bodies.add(((jakarta.jms.Message) messages.nextElement()).getBody(String.class));
            }
            return bodies;
        }
    }

    @Override
    public void close() throws Exception {
        kill();
    }
}
