package io.pithead.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The schemas and their histories. Migrations only go forward; several instances may start at once. */
public final class Schema {
    /** Where a validator keeps what is its own: apart from a coordinator's, whether in its database or not. */
    public static final String VALIDATOR = "validator";

    private Schema() {}

    /** @return how many migrations were applied */
    public static int migrate(DataSource dataSource) {
        return migrate(configure(dataSource, "classpath:db/migration"));
    }

    /** @return how many migrations were applied */
    public static int migrateValidator(DataSource dataSource) {
        return migrate(configure(dataSource, "classpath:db/validator").defaultSchema(VALIDATOR));
    }

    private static FluentConfiguration configure(DataSource dataSource, String location) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(dataSource)
                .locations(location)
                .validateMigrationNaming(true);
    }

    private static int migrate(FluentConfiguration configuration) {
        return configuration.load().migrate().migrationsExecuted;
    }
}
