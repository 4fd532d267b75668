package io.pithead.coordinator.challenge;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.challenge.ChallengeStore.Held;
import io.pithead.coordinator.challenge.core.Carried;
import io.pithead.coordinator.challenge.core.CarryPolicy;
import io.pithead.coordinator.challenge.core.Step;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Work;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What nodes say and hear: miners of an account that has a machine of the challenged address. */
@ApplicationScoped
public class NodeAnswerFacade {
    @Inject
    Database database;

    @Inject
    Carrier carrier;

    @Inject
    ChallengeWaits waits;

    @Inject
    OpeningReader openings;

    @Inject
    Work work;

    private final LinePlaces lines = new LinePlaces();

    public Challenge challenge(Caller caller, UUID id) {
        Carried carried = held(caller, id).carried();
        if (carried.state() == ChallengeState.OFFERED && carried.fetchedAt() == null) {
            database.doInTransaction(connection -> ChallengeStore.fetched(connection, id));
        }
        return carried.challenge();
    }

    /** What flows to the node, as long as it has not committed: it is made as it is sent. */
    public StreamSender stream(Caller caller, UUID id) {
        Held held = held(caller, id);
        Carried carried = held.carried();
        Challenge challenge = carried.challenge();
        if (challenge.kind() != ChallengeKind.NETWORK) {
            throw Carrier.none();
        }
        if (carried.state() != ChallengeState.OFFERED) {
            throw Carrier.refusal(new Step.Conflict("It is over with the stream."), carried, Map.of());
        }
        // before it counts as fetched
        lines.requireRoom(caller.accountId());
        String key = database.inTransaction(connection -> StreamStore.fetch(connection, id))
                .orElseThrow(() -> Carrier.refusal(
                        new Step.Conflict("It was fetched often enough, or it is too late."), carried, Map.of()));
        Duration left = Duration.between(held.now(), challenge.commitBy());
        return new StreamSender(new NetworkStream(key), challenge.size(), left, lines, caller.accountId());
    }

    public ChallengeState commit(Caller caller, UUID id, Commitment commitment) {
        return carrier.carry(
                        connection -> held(connection, caller, id),
                        held -> CarryPolicy.commit(held.carried(), commitment, held.now()),
                        connection -> ChallengeStore.commit(connection, commitment))
                .state();
    }

    /** Empty when the wait is over and nothing was asked. */
    public CompletableFuture<Optional<Question>> question(Caller caller, UUID id, Duration wait) {
        Carried carried = held(caller, id).carried();
        Optional<Question> asked = told(carried);
        if (asked.isPresent() || wait.isZero()) {
            return CompletableFuture.completedFuture(asked);
        }
        return waits.until(id, caller.keyId(), carried.state(), wait)
                .thenApplyAsync(over -> told(held(caller, id).carried()), work.answers());
    }

    /** With the question begins what the node has to send back. */
    private Optional<Question> told(Carried carried) {
        Optional<Question> asked = question(carried);
        if (asked.isPresent() && carried.challenge().kind() == ChallengeKind.NETWORK && carried.toldAt() == null) {
            database.doInTransaction(connection ->
                    StreamStore.told(connection, carried.challenge().id()));
        }
        return asked;
    }

    /** One that is over will not be asked. */
    private static Optional<Question> question(Carried carried) {
        Question question = carried.question();
        if (question == null && carried.isOver()) {
            throw Carrier.refusal(new Step.Conflict("The challenge is over."), carried, Map.of());
        }
        return Optional.ofNullable(question);
    }

    /**
     * Nothing of the body is read before it is known that it is awaited and how large it may be.
     *
     * @param announced the body's length, where it was
     */
    public ChallengeState open(Caller caller, UUID id, OptionalLong announced, InputStream body)
            throws IOException, InvalidPayloadException {
        Held before = held(caller, id);
        CarryPolicy.beforeOpening(before.carried(), before.now()).ifPresent(step -> {
            if (step instanceof Step.Conflict conflict) {
                throw Carrier.refusal(conflict, before.carried(), Map.of());
            }
        });
        int limit = Opening.maxBytes(before.carried().challenge());
        try (OpeningReader.Room room = openings.room(announced, limit)) {
            byte[] document = room.read(body);
            Opening opening = Json.read(document, Opening.class);
            String digest = opening.digest();
            return carrier.carry(
                            connection -> held(connection, caller, id),
                            held -> CarryPolicy.open(held.carried(), opening, held.now()),
                            connection -> ChallengeStore.open(connection, id, document, digest))
                    .state();
        }
    }

    private Held held(Caller caller, UUID id) {
        return database.withConnection(connection -> held(connection, caller, id));
    }

    private static Held held(Connection connection, Caller caller, UUID id) throws SQLException {
        return ChallengeStore.ofNode(connection, caller.accountId(), id).orElseThrow(Carrier::none);
    }
}
