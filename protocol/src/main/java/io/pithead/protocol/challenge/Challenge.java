package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A validator's challenge to one node: multiply two matrices that follow from all of this, and commit to the product; or fill memory
 * or a file with what follows from all of this, commit to it and hold it; or fetch a stream, commit to it and send some of it back; or run a container and
 * tell what it said of itself.
 *
 * @param chain on which the keys of both count; 0 where there is none
 * @param size rows and columns of each matrix, or MiB of memory, of a file, of a stream, or that a container may have
 * @param rows how many of the product's, or how many pages or blocks, will be asked for; one of a container
 * @param turns how often each page is encrypted, so that little memory takes as long to fill as much; absent for all others
 * @param nonce 32 bytes that nobody knew before; of a stream its digest
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
        @Nullable Integer turns,
        String nonce,
        Instant issuedAt,
        Instant commitBy,
        @Nullable String signature)
        implements ChallengeMessage {
    /** Fewer than the pages of the least memory. More rows make the opening large, and 64 of them leave no wrong quarter of the rows a chance of 10^-7. */
    public static final int MAX_ROWS = 64;

    /** The checking of a page that was encrypted more often would take its validator more than some milliseconds. */
    public static final int MAX_TURNS = 1_024;

    public Challenge {
        new MessageChecks()
                .present("id", id)
                .chain(chain)
                .address("validator", validator)
                .address("node", node)
                .present("kind", kind)
                .number("size", size, 1, MatrixRows.MAX_SIZE)
                .number("rows", rows, 1, MAX_ROWS)
                .that(
                        "rows",
                        rows == null || size == null || kind == null || rows <= leaves(kind, size),
                        "must not be more than there are")
                .that(
                        "size",
                        kind != ChallengeKind.NETWORK || size == null || size <= NetworkStream.MAX_MIB,
                        "must be at most " + NetworkStream.MAX_MIB + " for the network")
                .that(
                        "size",
                        kind != ChallengeKind.CONTAINER || size == null || ContainerFacts.isSize(size),
                        "must be from " + ContainerFacts.MIN_MIB + " to " + ContainerFacts.MAX_MIB + " for a container")
                .range("turns", turns, 1, MAX_TURNS)
                .that(
                        "turns",
                        kind == null || kind.isOfPages() == (turns != null),
                        "must be there for memory and storage, and only there")
                .bytes32("nonce", nonce)
                .present("issued_at", issuedAt)
                .present("commit_by", commitBy)
                .that(
                        "commit_by",
                        issuedAt == null || commitBy == null || commitBy.isAfter(issuedAt),
                        "must be after issued_at")
                .signed(signature);
    }

    /** Of a product. */
    public Challenge(
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
            @Nullable String signature) {
        this(id, chain, validator, node, kind, size, rows, null, nonce, issuedAt, commitBy, signature);
    }

    public Challenge signed(WalletKey key) {
        return new Challenge(
                id,
                chain,
                validator,
                node,
                kind,
                size,
                rows,
                turns,
                nonce,
                issuedAt,
                commitBy,
                signatureOf(chain, key));
    }

    /** Rows, pages or blocks that are committed to; of a container what it said. */
    public int leaves() {
        return (int) leaves(kind, size);
    }

    private static long leaves(ChallengeKind kind, long size) {
        return switch (kind) {
            case COMPUTE -> size;
            case MEMORY, STORAGE -> size * MemoryPages.PER_MIB;
            case NETWORK -> size * NetworkStream.PER_MIB;
            case CONTAINER -> 1;
        };
    }

    /** Of 32 bits each, in a row, page or block. */
    public int entries() {
        return switch (kind) {
            case COMPUTE -> size;
            case MEMORY, STORAGE -> MemoryPages.BYTES / Integer.BYTES;
            case NETWORK -> NetworkStream.BLOCK / Integer.BYTES;
            case CONTAINER -> ContainerFacts.BYTES / Integer.BYTES;
        };
    }

    /** So many rows or pages a right opening has at most: a page is opened with those that it follows from. */
    public int mostOpened() {
        return switch (kind) {
            case COMPUTE, NETWORK, CONTAINER -> rows;
            case MEMORY, STORAGE -> rows * MemoryPages.OPENED_PER_PAGE;
        };
    }

    /** What all follows from: other for each challenge, node and nonce. */
    public byte[] seed() {
        MessageDigest sha256 = Digests.sha256();
        sha256.update(line("seed"));
        sha256.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
        sha256.update(new Address(node).bytes());
        return sha256.digest(HexFormat.of().parseHex(nonce));
    }

    /** A line that keeps what is hashed for one purpose from all others. */
    byte[] line(String purpose) {
        String what = kind.name().toLowerCase(Locale.ROOT);
        return ("pithead " + what + " " + purpose + " v1\n").getBytes(StandardCharsets.US_ASCII);
    }
}
