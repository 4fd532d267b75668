package io.pithead.coordinator.verify;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.challenge.ValidatorSeats;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.verify.RefereeStore.Brought;
import io.pithead.coordinator.verify.RefereeStore.Locked;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.job.WorkRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What validators see of cases and say of them. To a party of a case there is none. */
@ApplicationScoped
public class RefereeFacade {
    private static final Logger LOG = System.getLogger(RefereeFacade.class.getName());

    @Inject
    Database database;

    @Inject
    ValidatorSeats seats;

    /** Those that are open and that it has found nothing of, oldest first. */
    public Page<RefereeOffer> offers(UUID account, @Nullable UUID after, int limit) {
        List<RefereeOffer> found =
                database.withConnection(connection -> RefereeStore.offers(connection, account, after, limit + 1));
        boolean more = found.size() > limit;
        List<RefereeOffer> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    /** One that is over is there for those who found something. */
    public RefereeCase get(UUID account, UUID id) {
        return database.inTransaction(connection -> {
            Locked found = lock(connection, account, id);
            RefereeCase view = view(connection, account, id, found);
            if (found.isOver() && view.finding() == null) {
                throw none();
            }
            return view;
        });
    }

    /** Taken once; the same again is answered as before. */
    public RefereeCase find(UUID account, UUID id, Finding finding) {
        if (!finding.job().equals(id)) {
            throw wrong("job", "must be the case's id");
        }
        if (!finding.isSignedBy(finding.validator())) {
            throw wrong("signature", "must be the validator's over this message");
        }
        RefereeCase taken = database.inTransaction(connection -> {
            Locked open = lock(connection, account, id);
            RefereeCase before = view(connection, account, id, open);
            if (before.finding() == null) {
                take(connection, account, open, finding);
            } else if (!before.finding().equals(finding)) {
                throw conflict("There is a finding of this account.", Map.of());
            }
            return view(connection, account, id, open);
        });
        LOG.log(Level.INFO, () -> "referee.found job=" + id + " validator=" + finding.validator());
        return taken;
    }

    private void take(Connection connection, UUID account, Locked open, Finding finding) throws SQLException {
        if (open.isOver()) {
            throw conflict("The case is over.", Map.of("until", open.until()));
        }
        if (!finding.evidence().equals(WorkRequest.digest(open.request()))) {
            throw wrong("evidence", "must be the digest of the case's request");
        }
        seats.take(connection, account, finding.chain(), finding.validator());
        if (!RefereeStore.insert(connection, account, finding)) {
            throw conflict("There is a finding of this validator.", Map.of());
        }
    }

    private static Locked lock(Connection connection, UUID account, UUID id) throws SQLException {
        return RefereeStore.lock(connection, account, id).orElseThrow(RefereeFacade::none);
    }

    private static RefereeCase view(Connection connection, UUID account, UUID id, Locked found) throws SQLException {
        List<Brought> all = RefereeStore.findings(connection, id);
        Finding own = all.stream()
                .filter(one -> one.account().equals(account))
                .map(Brought::finding)
                .findFirst()
                .orElse(null);
        return own == null
                ? found.view(id, null, null, null)
                : found.view(
                        id,
                        own,
                        RefereeStore.answers(connection, id),
                        all.stream()
                                .map(Brought::finding)
                                .filter(one -> !one.equals(own))
                                .toList());
    }

    private static CoordinatorException none() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such case.");
    }

    private static CoordinatorException wrong(String member, String why) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD, "The finding is not one of this case.", Map.of("/" + member, why));
    }

    private static CoordinatorException conflict(String message, Map<String, ?> facts) {
        return new CoordinatorException(ErrorCode.CONFLICT_STATE, message, facts);
    }
}
