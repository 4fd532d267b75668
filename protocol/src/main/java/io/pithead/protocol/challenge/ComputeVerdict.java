package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.WalletKey;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A validator's signed judgement of a node. Each names the one before it, so that a validator cannot leave one out later.
 *
 * @param challenge the id of the challenge
 * @param reason absent for a valid one, and only there
 * @param evidence {@link ChallengeMessage#evidence}: what it rests on
 * @param previous the digest of the same validator's verdict before; absent for its first
 */
public record ComputeVerdict(
        UUID challenge,
        Long chain,
        String validator,
        String node,
        Integer size,
        Integer rows,
        Verdict verdict,
        @Nullable VerdictReason reason,
        String evidence,
        @Nullable String previous,
        Instant judgedAt,
        @Nullable String signature)
        implements ChallengeMessage {
    public ComputeVerdict {
        var checks = new MessageChecks()
                .present("challenge", challenge)
                .chain(chain)
                .address("validator", validator)
                .address("node", node)
                .number("size", size, 1, MatrixRows.MAX_SIZE)
                .number("rows", rows, 1, ComputeChallenge.MAX_ROWS)
                .present("verdict", verdict)
                .that(
                        "reason",
                        verdict == (reason == null ? Verdict.VALID : reason.verdict()),
                        "must be one for this verdict")
                .bytes32("evidence", evidence)
                .present("judged_at", judgedAt);
        if (previous != null) {
            checks.bytes32("previous", previous);
        }
        checks.signed(signature);
    }

    public ComputeVerdict signed(WalletKey key) {
        return new ComputeVerdict(
                challenge,
                chain,
                validator,
                node,
                size,
                rows,
                verdict,
                reason,
                evidence,
                previous,
                judgedAt,
                signatureOf(chain, key));
    }
}
