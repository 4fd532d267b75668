package io.pithead.protocol.receipt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/keys}: every key that ever signed receipts here, retired ones too, so that old receipts stay checkable. */
public record PublicKeys(String coordinatorId, List<Key> keys) {

    /** {@code public_key} is the 32 raw bytes in base64url. */
    public record Key(
            String keyId,
            String alg,
            String publicKey,
            Instant createdAt,
            @Nullable Instant retiredAt) {}

    public PublicKeys {
        keys = List.copyOf(keys);
    }

    public Optional<Key> byId(String keyId) {
        return keys.stream().filter(key -> key.keyId().equals(keyId)).findFirst();
    }
}
