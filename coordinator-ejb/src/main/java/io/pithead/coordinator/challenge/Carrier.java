package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.challenge.ChallengeStore.Held;
import io.pithead.coordinator.challenge.core.Carried;
import io.pithead.coordinator.challenge.core.Step;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Takes a message as it was decided, unless the challenge has gone on meanwhile: then it is decided again. */
@ApplicationScoped
public class Carrier {
    private static final Logger LOG = System.getLogger(Carrier.class.getName());
    /** Each lost race took the challenge to another state, and there are not many. */
    private static final int MAX_RACES = 8;

    @Inject
    Database database;

    @Inject
    ChallengeWaits waits;

    @Inject
    ChallengeMetrics metrics;

    /** What is here of the challenge, for whoever asks. */
    @FunctionalInterface
    interface Load {
        Held from(Connection connection) throws SQLException;
    }

    /** What becomes of the message. Signatures are checked here, so outside all transactions. */
    @FunctionalInterface
    interface Decide {
        Step on(Held held);
    }

    /** False when the challenge is not any more what the decision was about. */
    @FunctionalInterface
    interface Apply {
        boolean to(Connection connection) throws SQLException;
    }

    Carried carry(Load load, Decide decide, Apply apply) {
        for (int race = 0; race < MAX_RACES; race++) {
            Held held = database.withConnection(load::from);
            switch (decide.on(held)) {
                case Step.Same same -> {
                    return held.carried();
                }
                case Step.Wrong wrong -> throw refusal(wrong);
                case Step.Conflict conflict -> throw refusal(conflict, held.carried(), Map.of());
                case Step.Taken taken -> {
                    if (database.inTransaction(apply::to)) {
                        Carried after = database.withConnection(load::from).carried();
                        taken(after, taken.next());
                        return after;
                    }
                }
            }
        }
        throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The challenge goes on too fast; try again.");
    }

    /** After the commit. */
    void taken(Carried after, ChallengeState next) {
        UUID challenge = after.challenge().id();
        waits.changed(challenge);
        metrics.carried(next);
        Attestation attestation = after.attestation();
        if (attestation != null) {
            metrics.attested(attestation);
        }
        LOG.log(Level.INFO, () -> "challenge.carried challenge=" + challenge + " state=" + next);
    }

    static CoordinatorException refusal(Step.Wrong wrong) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD,
                "The body is not what this path takes.",
                Map.of("/" + wrong.member(), wrong.problem()));
    }

    static CoordinatorException refusal(Step.Conflict conflict, Carried carried, Map<String, ?> facts) {
        var all = new HashMap<String, Object>(facts);
        all.put("state", carried.state());
        return new CoordinatorException(ErrorCode.CONFLICT_STATE, conflict.why(), all);
    }

    static CoordinatorException none() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such challenge.");
    }
}
