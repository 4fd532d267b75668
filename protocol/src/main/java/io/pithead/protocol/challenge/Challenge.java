package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A validator's challenge to one node: multiply two matrices that follow from all of this, and commit to the product.
 *
 * @param chain on which the keys of both count; 0 where there is none
 * @param size rows and columns of each matrix
 * @param rows how many of the product's will be asked for
 * @param nonce 32 bytes that nobody knew before
 * @param commitBy when the root has to be there
 */
public record Challenge(
        UUID id,
        Long chain,
        String validator,
        String node,
        ChallengeKind kind,
        Integer size,
        Integer rows,
        String nonce,
        Instant issuedAt,
        Instant commitBy,
        @Nullable String signature)
        implements ChallengeMessage {
    /** More rows make the opening large, and 64 of them leave no wrong quarter of the rows a chance of 10^-7. */
    public static final int MAX_ROWS = 64;

    private static final byte[] SEED = "pithead compute seed v1\n".getBytes(StandardCharsets.US_ASCII);

    public Challenge {
        new MessageChecks()
                .present("id", id)
                .chain(chain)
                .address("validator", validator)
                .address("node", node)
                .present("kind", kind)
                .number("size", size, 1, MatrixRows.MAX_SIZE)
                .number("rows", rows, 1, MAX_ROWS)
                .that("rows", rows == null || size == null || rows <= size, "must not be more than there are")
                .bytes32("nonce", nonce)
                .present("issued_at", issuedAt)
                .present("commit_by", commitBy)
                .that(
                        "commit_by",
                        issuedAt == null || commitBy == null || commitBy.isAfter(issuedAt),
                        "must be after issued_at")
                .signed(signature);
    }

    public Challenge signed(WalletKey key) {
        return new Challenge(
                id, chain, validator, node, kind, size, rows, nonce, issuedAt, commitBy, signatureOf(chain, key));
    }

    /** Of both matrices: other for each challenge, node and nonce. */
    public byte[] seed() {
        MessageDigest sha256 = Digests.sha256();
        sha256.update(SEED);
        sha256.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
        sha256.update(new Address(node).bytes());
        return sha256.digest(HexFormat.of().parseHex(nonce));
    }
}
