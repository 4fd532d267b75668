package io.pithead.coordinator.user;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.user.core.Backoff;
import io.pithead.coordinator.user.core.Backoff.Attempts;
import io.pithead.coordinator.user.core.Backoff.Turn;
import io.pithead.protocol.error.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Counts attempts to sign in, for all instances; each is counted before it is looked at. */
final class Lockout {
    private final Database database;

    Lockout(Database database) {
        this.database = database;
    }

    /** What an attempt counts for; given back when it was right. */
    record Ticket(String name, String nameSubject, String address, String addressSubject) {}

    /** Throws when this name or this address has to wait. */
    Ticket take(String name, String address, Instant now) {
        return database.inTransaction(connection -> {
            String ofAddress = "address " + address;
            // in this order everywhere: addresses, then names
            AttemptStore.lock(connection, ofAddress);
            String ofName = subject(connection, name, address);
            AttemptStore.lock(connection, ofName);
            Turn byAddress = Backoff.OF_ADDRESS.attempt(AttemptStore.find(connection, ofAddress), now);
            Turn byName = Backoff.OF_NAME.attempt(AttemptStore.find(connection, ofName), now);
            Attempts addressAfter = orWait(byAddress, now);
            Attempts nameAfter = orWait(byName, now);
            AttemptStore.put(connection, ofAddress, addressAfter);
            AttemptStore.put(connection, ofName, nameAfter);
            return new Ticket(name, ofName, address, ofAddress);
        });
    }

    /** For what names nobody yet; what it counts for is answered. Throws when this address has to wait. */
    String takeAddress(String address, Instant now) {
        return database.inTransaction(connection -> {
            String ofAddress = "address " + address;
            AttemptStore.lock(connection, ofAddress);
            Turn turn = Backoff.OF_ADDRESS.attempt(AttemptStore.find(connection, ofAddress), now);
            AttemptStore.put(connection, ofAddress, orWait(turn, now));
            return ofAddress;
        });
    }

    /** In the transaction of what the attempt was for. */
    void giveBackAddress(Connection connection, String ofAddress, Instant now) throws SQLException {
        AttemptStore.lock(connection, ofAddress);
        takeBack(connection, ofAddress, now);
    }

    /** In the transaction of what the attempt was for. Others from the same address stay counted. */
    void giveBack(Connection connection, Ticket ticket, UUID user, Instant now) throws SQLException {
        AttemptStore.lock(connection, ticket.addressSubject());
        AttemptStore.lock(connection, ticket.nameSubject());
        AttemptStore.remove(connection, ticket.nameSubject());
        takeBack(connection, ticket.addressSubject(), now);
        AttemptStore.know(connection, user, ticket.address(), now);
    }

    /** For an attempt that only lacked something: it neither counts nor makes others forgotten. */
    void wasNotWrong(Ticket ticket, Instant now) {
        database.doInTransaction(connection -> {
            for (String subject : List.of(ticket.addressSubject(), ticket.nameSubject())) {
                AttemptStore.lock(connection, subject);
                takeBack(connection, subject, now);
            }
        });
    }

    private static void takeBack(Connection connection, String subject, Instant now) throws SQLException {
        Attempts counted = AttemptStore.find(connection, subject);
        if (counted != null) {
            AttemptStore.put(connection, subject, Backoff.takenBack(counted, now));
        }
    }

    private static String subject(Connection connection, String name, String address) throws SQLException {
        return AttemptStore.isKnown(connection, name, address) ? "name " + name + " at " + address : "name " + name;
    }

    private static Attempts orWait(Turn turn, Instant now) {
        return switch (turn) {
            case Turn.Take take -> take.remembered();
            case Turn.Wait wait ->
                throw new CoordinatorException(ErrorCode.RATE_LIMITED, "Too many attempts to sign in; wait.")
                        .withRetryAfter((int) Math.max(
                                1,
                                Duration.between(now, wait.until())
                                        .plusMillis(999)
                                        .toSeconds()));
        };
    }
}
