package io.pithead.protocol.chain;

import io.pithead.protocol.json.Checks;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What an operator says with an order to the chain; it stands there for everybody to read. */
public record OrderRequest(@Nullable String reason) {
    /** Of UTF-8, as the contracts take it. */
    public static final int MAX_BYTES = 512;

    public OrderRequest {
        new Checks()
                .that(
                        "reason",
                        reason == null || reason.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES,
                        "must have at most 512 bytes")
                .done();
    }
}
