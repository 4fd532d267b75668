package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.WalletKey;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A validator's signed judgement of a node, good until it expires. Each names the one before it, so that a validator cannot leave one out later.
 *
 * @param challenge the id of the challenge, or of the charge
 * @param size of a charge how many answers it has
 * @param rows of a charge how many of them must be wrong
 * @param tookMs from the issue to the commitment by the validator's clock; absent when there was none
 * @param timing of a valid one, where the validator knows enough nodes of the same hardware
 * @param reason absent for a valid one, and only there
 * @param evidence {@link ChallengeMessage#evidence}, of a charge {@link io.pithead.protocol.job.Charge#evidence}: what it rests on
 * @param previous the digest of the same validator's attestation before; absent for its first
 * @param expiresAt when it says nothing of the node any more
 */
public record Attestation(
        UUID challenge,
        Long chain,
        String validator,
        String node,
        AttestationKind kind,
        Integer size,
        Integer rows,
        Verdict verdict,
        @Nullable VerdictReason reason,
        @Nullable Long tookMs,
        @Nullable Timing timing,
        String evidence,
        @Nullable String previous,
        Instant judgedAt,
        Instant expiresAt,
        @Nullable String signature)
        implements ChallengeMessage {
    public Attestation {
        var checks = new MessageChecks()
                .present("challenge", challenge)
                .chain(chain)
                .address("validator", validator)
                .address("node", node)
                .present("kind", kind)
                .number("size", size, 1, MatrixRows.MAX_SIZE)
                .number("rows", rows, 1, Challenge.MAX_ROWS)
                .present("verdict", verdict)
                .that(
                        "reason",
                        verdict == (reason == null ? Verdict.VALID : reason.verdict()),
                        "must be one for this verdict")
                .bytes32("evidence", evidence)
                .range("took_ms", tookMs, 0, Long.MAX_VALUE)
                .that("timing", timing == null || verdict == Verdict.VALID, "must only be there for a valid one")
                .present("judged_at", judgedAt)
                .present("expires_at", expiresAt)
                .that(
                        "expires_at",
                        judgedAt == null || expiresAt == null || expiresAt.isAfter(judgedAt),
                        "must be after judged_at");
        if (previous != null) {
            checks.bytes32("previous", previous);
        }
        checks.signed(signature);
    }

    public Attestation signed(WalletKey key) {
        return new Attestation(
                challenge,
                chain,
                validator,
                node,
                kind,
                size,
                rows,
                verdict,
                reason,
                tookMs,
                timing,
                evidence,
                previous,
                judgedAt,
                expiresAt,
                signatureOf(chain, key));
    }
}
