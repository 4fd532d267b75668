package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.challenge.ChallengeStore.Held;
import io.pithead.coordinator.challenge.core.Carried;
import io.pithead.coordinator.challenge.core.CarryPolicy;
import io.pithead.coordinator.challenge.core.Step;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Work;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What validators say and hear. A challenge belongs to the account that brought it. */
@ApplicationScoped
public class ValidatorFacade {
    private static final int RETRY_AFTER_S = 30;

    @Inject
    Database database;

    @Inject
    Carrier carrier;

    @Inject
    ChallengeWaits waits;

    @Inject
    ChallengeConfig config;

    @Inject
    ValidatorSeats seats;

    @Inject
    NodeFacade nodes;

    @Inject
    Work work;

    /** In the order of addresses. */
    public Page<ClaimedNode> nodes(@Nullable Address after, int limit) {
        Duration offlineAfter = nodes.pace().offlineAfter();
        List<ClaimedNode> found = database.withConnection(
                connection -> ClaimedNodeStore.list(connection, offlineAfter, after, limit + 1));
        boolean more = found.size() > limit;
        List<ClaimedNode> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().address() : null);
    }

    public ChallengeView offer(Caller caller, Challenge challenge) {
        if (challenge.kind() == ChallengeKind.NETWORK) {
            throw Carrier.refusal(new Step.Wrong("kind", "must not be NETWORK here: its stream's key comes with it"));
        }
        return offer(caller, challenge, null);
    }

    /** With the key of what the node is to be sent, which has to be what the node is told it is. */
    public ChallengeView offer(Caller caller, NetworkOffer offer) {
        Challenge challenge = offer.challenge();
        if (!new NetworkStream(offer.key()).nonce(challenge.size()).equals(challenge.nonce())) {
            throw Carrier.refusal(new Step.Wrong("key", "must make the stream whose digest is the challenge's nonce"));
        }
        return offer(caller, challenge, offer.key());
    }

    private ChallengeView offer(Caller caller, Challenge challenge, @Nullable String key) {
        Instant now = database.withConnection(ValidatorFacade::now);
        UUID account = caller.accountId();
        return known(account, challenge).orElseGet(() -> {
            if (CarryPolicy.offer(challenge, now) instanceof Step.Wrong wrong) {
                throw Carrier.refusal(wrong);
            }
            if (!database.inTransaction(connection -> insert(connection, account, challenge, key))) {
                // the same one may have come twice at the same moment
                return known(account, challenge)
                        .orElseThrow(() -> conflict("The node has an open challenge.", Map.of("node", "BUSY")));
            }
            Carried offered = held(account, challenge.id()).carried();
            carrier.taken(offered, ChallengeState.OFFERED);
            return offered.view();
        });
    }

    private Optional<ChallengeView> known(UUID account, Challenge challenge) {
        return database.withConnection(connection -> ChallengeStore.find(connection, challenge.id()))
                .map(held -> {
                    Challenge here = held.carried().challenge();
                    if (!held.account().equals(account) || !here.digest().equals(challenge.digest())) {
                        throw conflict("There is another challenge of this id.", Map.of());
                    }
                    return held.carried().view();
                });
    }

    private boolean insert(Connection connection, UUID account, Challenge challenge, @Nullable String key)
            throws SQLException {
        seats.take(connection, account, challenge.chain(), challenge.validator());
        if (ChallengeStore.open(connection, account) >= config.maxOpen()) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "The validator has as many open challenges as it may have.",
                            Map.of("max_open", config.maxOpen()))
                    .withRetryAfter(RETRY_AFTER_S);
        }
        boolean online = ClaimedNodeStore.isOnline(connection, nodes.pace().offlineAfter(), challenge.node())
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node."));
        if (!online) {
            throw conflict("The node is not online.", Map.of("node", "OFFLINE"));
        }
        if (key != null && StreamStore.ofToday(connection, challenge.node()) + challenge.size() > config.networkMib()) {
            throw conflict("The node was sent as much today as it may be.", Map.of("node", "SATED"));
        }
        boolean inserted = ChallengeStore.insert(connection, account, challenge, config.grace());
        if (inserted && key != null) {
            StreamStore.insert(connection, challenge, key);
        }
        return inserted;
    }

    /** Newest first, by their ids. */
    public Page<ChallengeView> list(Caller caller, @Nullable ChallengeState state, @Nullable UUID before, int limit) {
        List<ChallengeView> found = database
                .withConnection(
                        connection -> ChallengeStore.list(connection, caller.accountId(), state, before, limit + 1))
                .stream()
                .map(held -> held.carried().view())
                .toList();
        boolean more = found.size() > limit;
        List<ChallengeView> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    /** At once when its state is not the one that was seen, else as soon as it is another or the wait is over. */
    public CompletableFuture<ChallengeView> get(Caller caller, UUID id, @Nullable ChallengeState seen, Duration wait) {
        Carried carried = held(caller.accountId(), id).carried();
        boolean goesOn = carried.isOver() || (seen != null && seen != carried.state());
        if (wait.isZero() || goesOn) {
            return CompletableFuture.completedFuture(carried.view());
        }
        return waits.until(id, caller.keyId(), carried.state(), wait)
                .thenApplyAsync(over -> held(caller.accountId(), id).carried().view(), work.answers());
    }

    public ChallengeView ask(Caller caller, UUID id, Question question) {
        UUID account = caller.accountId();
        return carrier.carry(
                        connection -> held(connection, account, id),
                        held -> CarryPolicy.ask(held.carried(), question, held.now()),
                        connection -> ChallengeStore.ask(connection, question, config.grace()))
                .view();
    }

    /** The JSON of what the node opened. */
    public byte[] opening(Caller caller, UUID id) {
        return database.withConnection(connection -> ChallengeStore.opening(connection, caller.accountId(), id))
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.NOT_FOUND,
                        "There is no opening.",
                        Map.of("state", held(caller.accountId(), id).carried().state())));
    }

    public ChallengeView attest(Caller caller, UUID id, Attestation attestation) {
        UUID account = caller.accountId();
        Carried judged = carrier.carry(
                connection -> held(connection, account, id),
                held -> attest(held.carried(), attestation),
                connection -> judge(connection, attestation));
        return judged.view();
    }

    private Step attest(Carried carried, Attestation attestation) {
        Challenge challenge = carried.challenge();
        String newest = database.withConnection(connection -> Optional.ofNullable(
                        AttestationStore.newest(connection, challenge.chain(), challenge.validator())))
                .orElse(null);
        Step step = CarryPolicy.attest(carried, attestation, newest);
        if (step instanceof Step.Conflict conflict && carried.attestation() == null) {
            throw Carrier.refusal(conflict, carried, newest == null ? Map.of() : Map.of("previous", newest));
        }
        return step;
    }

    private static boolean judge(Connection connection, Attestation attestation) throws SQLException {
        if (!AttestationStore.insert(connection, attestation)) {
            return false;
        }
        if (!ChallengeStore.judge(connection, attestation.challenge())) {
            // forgotten in between
            throw Carrier.none();
        }
        return true;
    }

    private Held held(UUID account, UUID id) {
        return database.withConnection(connection -> held(connection, account, id));
    }

    private static Held held(Connection connection, UUID account, UUID id) throws SQLException {
        return ChallengeStore.ofValidator(connection, account, id).orElseThrow(Carrier::none);
    }

    private static Instant now(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select now() as now");
                var row = select.executeQuery()) {
            row.next();
            return Columns.requiredInstant(row, "now");
        }
    }

    private static CoordinatorException conflict(String message, Map<String, ?> facts) {
        return new CoordinatorException(ErrorCode.CONFLICT_STATE, message, facts);
    }
}
