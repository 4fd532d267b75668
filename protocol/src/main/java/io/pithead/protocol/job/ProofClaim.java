package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The word of a node that this is the output of its attempt, in a form that whoever carries it cannot change. Its signature is a
 * {@link Proof}'s.
 *
 * @param node its address
 * @param requestSha {@link WorkRequest#sha} of what it was asked; with it others can do the same once more, and say that the output is wrong
 */
public record ProofClaim(
        UUID job,
        Long lease,
        String node,
        String outputSha,
        @Nullable String requestSha,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable String signature)
        implements WorkMessage {
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");

    public ProofClaim {
        new Checks()
                .present("job", job)
                .present("lease", lease)
                .present("node", node)
                .matches("node", node, ADDRESS, "must be 0x and 40 lower-case hex digits")
                .present("output_sha", outputSha)
                .matches("output_sha", outputSha, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .matches("request_sha", requestSha, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .text("signature", signature, Proof.MAX_SIGNATURE)
                .done();
    }

    /** Of a proof that names its lease. */
    public static ProofClaim of(Proof proof, String node) {
        return new ProofClaim(
                proof.id(),
                Objects.requireNonNull(proof.lease(), "only an attempt's proof is signed"),
                node,
                proof.outputSha(),
                proof.requestSha(),
                proof.startedAt(),
                proof.completedAt(),
                proof.signature());
    }

    static String signature(Proof proof, WalletKey node) {
        return of(proof, node.address().text()).signatureOf(node);
    }
}
