package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/validator/cases/{id}/finding}: what a validator found by doing a job once more.
 *
 * @param job the case's id
 * @param chain on which the validator's key counts, or 0
 * @param evidence SHA-256 of the request that it did, as the case has it
 */
public record Finding(
        UUID job,
        Long chain,
        String validator,
        String outputSha,
        String evidence,
        Instant foundAt,
        @Nullable String signature)
        implements WorkMessage {
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");
    private static final String HEX = "must be 64 lower-case hex digits";
    /** Safe as a JSON number anywhere. */
    private static final long MAX_CHAIN = (1L << 53) - 1;

    public Finding {
        new Checks()
                .present("job", job)
                .present("chain", chain)
                .range("chain", chain, 0, MAX_CHAIN)
                .present("validator", validator)
                .matches("validator", validator, ADDRESS, "must be 0x and 40 lower-case hex digits")
                .present("output_sha", outputSha)
                .matches("output_sha", outputSha, Digests.SHA256_HEX, HEX)
                .present("evidence", evidence)
                .matches("evidence", evidence, Digests.SHA256_HEX, HEX)
                .present("found_at", foundAt)
                .text("signature", signature, Proof.MAX_SIGNATURE)
                .done();
    }

    public Finding signed(WalletKey key) {
        return new Finding(job, chain, validator, outputSha, evidence, foundAt, signatureOf(key));
    }
}
