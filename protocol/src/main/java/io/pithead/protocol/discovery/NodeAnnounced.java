package io.pithead.protocol.discovery;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an announcement. {@code readers} may read the endpoint now. {@code seal_as} is a directive: what is known of the
 * endpoint is not sealed for exactly them, so seal it anew under this version and announce again at once. A new version is a new
 * key: who was a reader before reads nothing of it.
 */
public record NodeAnnounced(
        String address,
        UUID run,
        List<Reader> readers,
        @Nullable Long sealAs,
        int announceSecs,
        Instant serverTime) {
    public NodeAnnounced {
        readers = List.copyOf(readers);
    }
}
