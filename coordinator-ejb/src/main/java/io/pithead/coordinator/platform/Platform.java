package io.pithead.coordinator.platform;

import io.pithead.db.Schema;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** The server's resources, and the schema that everything else waits for. No XA: see the outbox. */
@DataSourceDefinition(
        name = Platform.DATA_SOURCE,
        className = "org.postgresql.ds.PGSimpleDataSource",
        url = "${MPCONFIG=pithead.db.url}",
        user = "${MPCONFIG=pithead.db.user}",
        password = "${MPCONFIG=pithead.db.password}",
        // A restarted database leaves dead connections behind. Each is asked before each use, which is 5 % of the
        // server's processor time under load (a round trip, and Payara loads the class by name each time); asked once
        // a second, those of a database that is back within the second were handed out dead. They go one by one:
        // failing all of them together would also close those that others are committing on.
        properties = {
            "fish.payara.is-connection-validation-required=true",
            "fish.payara.connection-validation-method=custom-validation",
            "fish.payara.validation-classname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
            "fish.payara.validate-atmost-once-period-in-seconds=0",
            "fish.payara.fail-all-connections=false",
            "fish.payara.max-wait-time-in-millis=10000"
        },
        initialPoolSize = 2,
        minPoolSize = 2,
        maxPoolSize = Platform.MAX_CONNECTIONS)
@ConnectionFactoryDefinition(
        name = Platform.CONNECTION_FACTORY,
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "artemis-rar",
        transactionSupport = TransactionSupportLevel.NoTransaction,
        properties = {"UserName=${MPCONFIG=pithead.broker.user}", "Password=${MPCONFIG=pithead.broker.password}"},
        minPoolSize = 1,
        maxPoolSize = 8)
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class Platform {
    public static final String DATA_SOURCE = "java:app/jdbc/pithead";
    public static final String CONNECTION_FACTORY = "java:app/jms/pithead";
    static final int MAX_CONNECTIONS = 24;

    private static final Logger LOG = System.getLogger(Platform.class.getName());

    @Resource(lookup = DATA_SOURCE)
    DataSource dataSource;

    @Inject
    @Any
    Instance<ConfigSection> sections;

    @Inject
    Settings settings;

    @PostConstruct
    void start() {
        configure();
        migrate();
    }

    /** Returns when settings are read and the schema is there: for beans of other modules, whose order nothing else sets. */
    public void await() {}

    private void configure() {
        Config config = ConfigProvider.getConfig();
        var reader = new ConfigReader(key -> config.getOptionalValue(key, String.class));
        sections.forEach(section -> section.read(reader));
        if (!reader.problems().isEmpty()) {
            throw new IllegalStateException("configuration: " + String.join("; ", reader.problems()));
        }
        settings.keep(
                reader.defaults(),
                key -> Optional.ofNullable(config.getConfigValue(key))
                        .filter(value -> value.getValue() != null)
                        .map(value -> new Settings.Found(value.getValue(), String.valueOf(value.getSourceName()))),
                config.getPropertyNames());
    }

    private void migrate() {
        int applied = Schema.migrate(dataSource);
        LOG.log(Level.INFO, () -> "schema.ready migrations_applied=" + applied);
    }
}
