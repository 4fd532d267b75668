package io.pithead.launcher.parts;

import io.pithead.launcher.CannotStartException;
import io.pithead.launcher.Part;
import io.pithead.launcher.Ports;
import io.pithead.launcher.Secrets;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;

/** Artemis in this process, on a free port of the loopback address, with a generated password. */
public final class EmbeddedBroker implements Part {
    private static final Logger LOG = System.getLogger(EmbeddedBroker.class.getName());
    private static final String CONFIGURATION = "io/pithead/launcher/parts/broker.xml";
    private static final String HOST = "127.0.0.1";
    private static final String USER = "pithead";
    private static final String ROLE = "pithead";
    private static final long STARTED_LIMIT_SECONDS = 60;

    private final Path data;
    private final Path passwordFile;
    private @Nullable EmbeddedActiveMQ broker;
    private int port;
    private String password = "";

    public EmbeddedBroker(Path data) {
        this.data = data.resolve("broker");
        this.passwordFile = data.resolve("secrets").resolve("broker");
    }

    @Override
    public void start() throws CannotStartException, InterruptedException {
        try {
            password = Secrets.readOrCreate(passwordFile);
            port = Ports.remembered(data.resolve("port"));
            System.setProperty("pithead.broker.data", data.toString());
            System.setProperty("pithead.broker.host", HOST);
            System.setProperty("pithead.broker.port", Integer.toString(port));
            SecurityConfiguration users = new SecurityConfiguration();
            users.addUser(USER, password);
            users.addRole(USER, ROLE);
            EmbeddedActiveMQ starting = new EmbeddedActiveMQ()
                    .setConfigResourcePath(CONFIGURATION)
                    .setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
            broker = starting;
            starting.start();
            if (!starting.getActiveMQServer()
                    .waitForActivation(STARTED_LIMIT_SECONDS, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new CannotStartException("the embedded broker is not up after " + STARTED_LIMIT_SECONDS + " s");
            }
        } catch (CannotStartException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new CannotStartException(
                    "the embedded broker does not start (" + e + "): its files in " + data
                            + " hold nothing that cannot be lost, so they may be removed",
                    e);
        }
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "pithead.broker.url", "tcp://" + HOST + ":" + port,
                "pithead.broker.user", USER,
                "pithead.broker.password", password);
    }

    @Override
    public void close() {
        EmbeddedActiveMQ running = broker;
        if (running == null) {
            return;
        }
        try {
            running.stop();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "broker.not_stopped", e);
        }
    }
}
