package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.ProofClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of a charge are worth, by what this validator found itself. A coordinator chooses the answers and tells the requests, so
 * an answer counts only where the node signed both: what it was asked, and what it says comes of it.
 *
 * <p>There is no valid charge: work that was done right says nothing of the hardware, and a validator votes for who is valid.
 */
public final class ChargeJudge {
    private ChargeJudge() {}

    /** @param findings the validator's own that the coordinator has, by case */
    public static VerdictReason judge(Charge charge, Map<UUID, Finding> findings) {
        var counted = new HashSet<UUID>();
        int wrong = 0;
        int right = 0;
        for (Charge.Answer answer : charge.answers()) {
            ProofClaim claim = answer.claim();
            Finding finding = findings.get(answer.referee());
            // one answer is one, however often it is listed
            if (finding == null || !isOf(charge.node(), claim, finding) || !counted.add(claim.job())) {
                continue;
            }
            if (claim.outputSha().equals(finding.outputSha())) {
                right++;
            } else {
                wrong++;
            }
        }
        if (wrong >= Charge.WRONG_ENOUGH) {
            return VerdictReason.WRONG_WORK;
        }
        int unknown = charge.answers().size() - wrong - right;
        return wrong + unknown < Charge.WRONG_ENOUGH ? VerdictReason.NOT_CONFIRMED : VerdictReason.NOT_REPEATED;
    }

    /** Whether the node said it, of the very request that was done once more. */
    private static boolean isOf(String node, ProofClaim claim, Finding finding) {
        return claim.node().equals(node) && finding.evidence().equals(claim.requestSha()) && claim.isSignedBy(node);
    }

    /**
     * Of what was judged before, as of now.
     *
     * @param chain on which the validator's key counts, or 0
     * @param previous the digest of the validator's attestation before; null for its first
     * @param good how long it says something of the node
     */
    public static Attestation attest(
            Charge charge,
            VerdictReason reason,
            String evidence,
            long chain,
            String validator,
            @Nullable String previous,
            Instant now,
            Duration good) {
        return new Attestation(
                charge.id(),
                chain,
                validator,
                charge.node(),
                AttestationKind.WORK,
                charge.answers().size(),
                Charge.WRONG_ENOUGH,
                reason.verdict(),
                reason,
                null,
                null,
                evidence,
                previous,
                now,
                now.plus(good),
                null);
    }
}
