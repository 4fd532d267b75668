package io.pithead.validator.challenge;

import io.pithead.coordinator.outbox.Message;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.db.Schema;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.testing.TestPostgres;
import io.pithead.validator.challenge.ScriptedCoordinator.Carried;
import io.pithead.validator.challenge.core.ChallengePolicy;
import io.pithead.validator.challenge.core.ContainerPolicy;
import io.pithead.validator.challenge.core.Duty;
import io.pithead.validator.challenge.core.MemoryPolicy;
import io.pithead.validator.challenge.core.NetworkPolicy;
import io.pithead.validator.challenge.core.Prover;
import io.pithead.validator.challenge.core.StoragePolicy;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A validator with a real database of its own and a scripted coordinator, whose clock and messages are the test's. */
final class ValidatorRig implements AutoCloseable {
    static final Terms TERMS = new Terms(
            // of one slow core: the smallest challenge there is
            new ChallengePolicy(Duration.ofSeconds(20), 0.1, 4, Duration.ofSeconds(30), 20),
            new MemoryPolicy(0.25, Duration.ofMillis(1), 0.1, 4, Duration.ofSeconds(30), Duration.ofSeconds(6), 20),
            new StoragePolicy(0, 1, 0.1, 4, Duration.ofSeconds(30), Duration.ofSeconds(15), 20),
            new NetworkPolicy(0, 1, 4, Duration.ofSeconds(30), Duration.ofSeconds(15), 20),
            new ContainerPolicy(0, 4, Duration.ofSeconds(30)),
            new Duty(0.005, Duration.ofHours(1)),
            Duration.ofMinutes(15),
            1e6,
            Duration.ofDays(7),
            100,
            Duration.ofDays(30));

    final ScriptedCoordinator coordinator;
    final Database database;
    final WalletKey key = WalletKey.generate(new SecureRandom());
    Terms terms = TERMS;
    Instant now = Instant.parse("2026-11-22T06:00:00Z");
    private final List<CoordinatorApi> open = new ArrayList<>();
    private Validator validator;

    /** Made for the first rig: tests that want the terms alone have no server. */
    private static final class Migrated {
        static final TestPostgres.Template DATABASE = new TestPostgres.Template(source -> {
            Schema.migrate(source);
            Schema.migrateValidator(source);
        });
    }

    ValidatorRig() throws IOException {
        coordinator = new ScriptedCoordinator();
        database = new Database(Migrated.DATABASE.copy());
        validator = another();
    }

    /** A second instance of the same validator, or the same one after a kill: it has nothing in its memory. */
    Validator another() {
        var api = new CoordinatorApi(coordinator.origin(), () -> ScriptedCoordinator.KEY, Duration.ofSeconds(10));
        open.add(api);
        return Validator.of(database, new Outbox(), api, new Seat(31_337, key), terms, List::of, () -> now);
    }

    void restart() {
        validator = another();
    }

    Validator validator() {
        return validator;
    }

    /** One turn of everything, as the loops and the queue would have it. */
    void turn() {
        turn(validator);
    }

    void turn(Validator instance) {
        instance.planner().round();
        instance.looking().round();
        deliver(instance);
        instance.publishing().round();
    }

    /** What the relay and the broker would do. */
    void deliver(Validator instance) {
        for (String body : take()) {
            Message message = Message.parse(body);
            UUID id = UUID.fromString(message.ids().getFirst());
            if (message.type().equals(Hints.PREPARE)) {
                instance.preparing().prepare(id);
            } else {
                instance.judging().judge(id);
            }
        }
    }

    /** Messages that nobody has had; they are gone. */
    List<String> take() {
        return column("delete from outbox where queue = 'challenge' returning body");
    }

    Carried challenged(WalletKey node) {
        return coordinator.all().stream()
                .filter(one -> one.challenge.node().equals(node.address().text()))
                .findFirst()
                .orElseThrow();
    }

    /** The node answers as far as it was asked. */
    void answer(WalletKey node, Prover prover) {
        Carried one = challenged(node);
        if (one.commitment == null) {
            one.commit(prover.commitment().signed(one.challenge.chain(), node));
        } else if (one.question != null && one.opening == null) {
            one.open(prover.opening(one.question).signed(one.challenge.chain(), node));
        }
    }

    String text(String sql, Object... values) {
        return column(sql, values).getFirst();
    }

    List<String> column(String sql, Object... values) {
        return database.withConnection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                return strings(statement);
            }
        });
    }

    private static List<String> strings(PreparedStatement statement) throws SQLException {
        var found = new ArrayList<String>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(String.valueOf(row.getString(1)));
            }
        }
        return found;
    }

    @Override
    public void close() {
        open.forEach(CoordinatorApi::close);
        coordinator.close();
    }
}
