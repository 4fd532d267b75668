package io.pithead.protocol.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's signed statement of accepted work (API.md §6). Amounts are decimal strings so that no reader rounds
 * them. The signature covers the SHA-256 of the canonical JSON (RFC 8785) of every member but itself. {@code withdrawnAt} is
 * there when what it paid was withdrawn inside the lock window.
 */
public record Receipt(
        int version,
        UUID receiptId,
        UUID jobId,
        String provider,
        String client,
        String units,
        String unitType,
        String price,
        @Nullable String model,
        @Nullable String promptHash,
        Instant startedAt,
        Instant completedAt,
        long durationMs,
        String artifactHash,
        String coordinatorId,
        String nonce,
        @Nullable String chainId,
        Map<String, JsonNode> metadata,
        @Nullable Instant withdrawnAt,
        @Nullable ReceiptSignature signature) {
    public static final int VERSION = 1;

    public Receipt {
        metadata = Map.copyOf(metadata);
    }

    public Receipt withSignature(@Nullable ReceiptSignature signed) {
        return new Receipt(
                version,
                receiptId,
                jobId,
                provider,
                client,
                units,
                unitType,
                price,
                model,
                promptHash,
                startedAt,
                completedAt,
                durationMs,
                artifactHash,
                coordinatorId,
                nonce,
                chainId,
                metadata,
                withdrawnAt,
                signed);
    }

    /** To be signed anew: what was signed before says that it is paid. */
    public Receipt withdrawn(Instant at) {
        return new Receipt(
                version,
                receiptId,
                jobId,
                provider,
                client,
                units,
                unitType,
                price,
                model,
                promptHash,
                startedAt,
                completedAt,
                durationMs,
                artifactHash,
                coordinatorId,
                nonce,
                chainId,
                metadata,
                at,
                null);
    }
}
