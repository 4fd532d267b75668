package io.pithead.protocol.webhook;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A subscription; {@code secret} only in the answer that created it, {@code events} absent when it has all of them. */
public record Webhook(
        UUID id,
        String url,
        @Nullable List<String> events,
        Instant createdAt,
        @Nullable String secret) {
    public Webhook {
        events = events == null ? null : List.copyOf(events);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "Webhook[id=" + id + ", url=" + url + ", events=" + events + "]";
    }
}
