package io.pithead.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The schema and its history. Migrations only go forward; several instances may start at once. */
public final class Schema {
    private Schema() {}

    /** @return how many migrations were applied */
    public static int migrate(DataSource dataSource) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load()
                .migrate()
                .migrationsExecuted;
    }
}
