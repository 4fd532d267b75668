package io.pithead.coordinator.health;

import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Platform;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** Starts the checks. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class HealthChecks {
    /** A loop of this name is a check: failing once makes the instance not ready. */
    public static final String PREFIX = "check-";

    public static final String BROKER = PREFIX + "broker";

    private static final String ASKED_ABOUT = "dispatch";
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(10);
    private static final int QUERY_TIMEOUT_SECONDS = 2;
    private static final long BYTES_PER_MB = 1024 * 1024;

    @Resource(lookup = Platform.DATA_SOURCE)
    DataSource dataSource;

    @Resource(lookup = Platform.CONNECTION_FACTORY)
    ConnectionFactory connectionFactory;

    @Inject
    HealthConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start(PREFIX + "database", PAUSE, ALLOWED_AGE, this::database);
        loops.start(BROKER, PAUSE, ALLOWED_AGE, this::broker);
        loops.start(PREFIX + "disk", PAUSE, ALLOWED_AGE, () -> disk(config.data(), config.minFreeMb()));
    }

    private void database() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(QUERY_TIMEOUT_SECONDS);
            try (ResultSet row = statement.executeQuery("select revision from auth_revision")) {
                if (!row.next()) {
                    throw new SQLException("the schema has no revision");
                }
            }
        }
    }

    /** Making a producer asks the broker about its address: the smallest thing that goes there and back. */
    private void broker() throws JMSException {
        try (jakarta.jms.Connection connection = connectionFactory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createTopic(ASKED_ABOUT))) {
            producer.setDisableMessageID(true);
        }
    }

    static void disk(Path data, int minFreeMb) throws IOException {
        long freeMb = Files.getFileStore(data.toAbsolutePath()).getUsableSpace() / BYTES_PER_MB;
        if (freeMb < minFreeMb) {
            throw new IOException(data + " has " + freeMb + " MB free, fewer than " + minFreeMb);
        }
    }
}
