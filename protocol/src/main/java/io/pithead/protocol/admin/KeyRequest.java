package io.pithead.protocol.admin;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.key.Scope;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/admin/keys}. */
public record KeyRequest(
        UUID account,
        Scope scope,
        @Nullable String label,
        @Nullable Instant expiresAt,
        @Nullable Integer requestsPerMinute) {
    public static final int MAX_REQUESTS_PER_MINUTE = 100_000_000;
    static final int MAX_LABEL = 200;

    public KeyRequest {
        new Checks()
                .present("account", account)
                .present("scope", scope)
                .text("label", label, MAX_LABEL)
                .range("requests_per_minute", requestsPerMinute, 1, MAX_REQUESTS_PER_MINUTE)
                .done();
    }
}
