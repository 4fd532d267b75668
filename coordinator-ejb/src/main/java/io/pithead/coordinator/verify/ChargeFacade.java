package io.pithead.coordinator.verify;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.coordinator.challenge.AttestationFacade.Before;
import io.pithead.coordinator.challenge.AttestationFacade.OutOfLine;
import io.pithead.coordinator.challenge.AttestationFacade.Taken;
import io.pithead.coordinator.challenge.ValidatorSeats;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.ChargeView;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What everybody sees of charges, and what validators say of them. */
@ApplicationScoped
public class ChargeFacade {
    private static final Logger LOG = System.getLogger(ChargeFacade.class.getName());
    private static final Set<VerdictReason> REASONS =
            EnumSet.of(VerdictReason.WRONG_WORK, VerdictReason.NOT_CONFIRMED, VerdictReason.NOT_REPEATED);

    @Inject
    Database database;

    @Inject
    ValidatorSeats seats;

    @Inject
    AttestationFacade attestations;

    /** Newest first. */
    public Page<ChargeView> list(@Nullable Address node, @Nullable UUID before, int limit) {
        List<ChargeView> found =
                database.withConnection(connection -> ChargeStore.list(connection, node, before, limit + 1));
        boolean more = found.size() > limit;
        List<ChargeView> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    public ChargeView get(UUID id) {
        return database.inTransaction(connection -> ChargeStore.find(connection, id))
                .orElseThrow(ChargeFacade::none);
    }

    /** Those whose time is not over and that the account has attested nothing of, oldest first. */
    public Page<Charge> offers(UUID account, @Nullable UUID after, int limit) {
        List<Charge> found =
                database.inTransaction(connection -> ChargeStore.offers(connection, account, after, limit + 1));
        boolean more = found.size() > limit;
        List<Charge> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    /** Taken once of each validator; the same again is answered as before. */
    public ChargeView attest(UUID account, UUID id, Attestation attestation) {
        if (!attestation.isSignedBy(attestation.chain(), attestation.validator())) {
            throw wrong(Map.of("/signature", "must be the validator's over this message"));
        }
        boolean isNew = database.inTransaction(connection -> attest(connection, account, id, attestation));
        if (isNew) {
            attestations.counted(attestation);
            LOG.log(
                    Level.INFO,
                    () -> "charge.attested charge=" + id + " validator=" + attestation.validator() + " verdict="
                            + attestation.verdict());
        }
        return get(id);
    }

    private boolean attest(Connection connection, UUID account, UUID id, Attestation attestation) throws SQLException {
        Charge charge = ChargeStore.ofOthers(connection, account, id).orElseThrow(ChargeFacade::none);
        Map<UUID, Finding> findings = ChargeStore.findings(connection, account, id);
        Map<String, String> problems = problems(charge, findings, attestation);
        if (!problems.isEmpty()) {
            throw wrong(problems);
        }
        seats.take(connection, account, attestation.chain(), attestation.validator());
        return switch (attestations.bring(connection, attestation)) {
            case Taken taken -> true;
            case Before before -> {
                if (!before.attestation().equals(attestation)) {
                    throw conflict(
                            "The validator attested another one before.", Map.of("state", ChallengeState.JUDGED));
                }
                yield false;
            }
            case OutOfLine other ->
                throw conflict(
                        "This does not follow the validator's newest attestation.",
                        other.newest() == null ? Map.of() : Map.of("previous", other.newest()));
        };
    }

    /** What it says must be of this charge, and what it says it found must be what it said of each answer. */
    private static Map<String, String> problems(Charge charge, Map<UUID, Finding> findings, Attestation attestation) {
        var problems = new LinkedHashMap<String, String>();
        check(problems, "challenge", attestation.challenge().equals(charge.id()), "must be the charge's id");
        check(problems, "node", attestation.node().equals(charge.node()), "must be the charge's");
        check(problems, "kind", attestation.kind() == AttestationKind.WORK, "must be WORK");
        check(
                problems,
                "size",
                attestation.size() == charge.answers().size(),
                "must be how many answers the charge has");
        check(problems, "rows", attestation.rows() == Charge.WRONG_ENOUGH, "must be " + Charge.WRONG_ENOUGH);
        check(problems, "reason", REASONS.contains(attestation.reason()), "must be one of a charge");
        check(
                problems,
                "verdict",
                attestation.verdict() != Verdict.INVALID || wrong(charge, findings) >= Charge.WRONG_ENOUGH,
                "must follow from the validator's findings");
        check(
                problems,
                "evidence",
                attestation.evidence().equals(Charge.evidence(charge.answers(), findings)),
                "must be over the charge's claims and the validator's findings");
        return problems;
    }

    private static void check(Map<String, String> problems, String member, boolean holds, String otherwise) {
        if (!holds) {
            problems.put("/" + member, otherwise);
        }
    }

    private static long wrong(Charge charge, Map<UUID, Finding> findings) {
        return charge.answers().stream()
                .filter(answer -> {
                    Finding finding = findings.get(answer.referee());
                    return finding != null
                            && !finding.outputSha().equals(answer.claim().outputSha());
                })
                .count();
    }

    private static CoordinatorException none() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such charge.");
    }

    private static CoordinatorException wrong(Map<String, String> problems) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD, "The attestation is not one of this charge.", problems);
    }

    private static CoordinatorException conflict(String message, Map<String, ?> facts) {
        return new CoordinatorException(ErrorCode.CONFLICT_STATE, message, facts);
    }
}
