package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/miner/progress}: how far an attempt is; it also extends the lease. */
public record Progress(
        UUID id,
        Long lease,
        @Nullable Integer percent,
        @Nullable String note) {
    static final int MAX_NOTE = 500;

    public Progress {
        new Checks()
                .present("id", id)
                .present("lease", lease)
                .range("percent", percent, 0, 100)
                .text("note", note, MAX_NOTE)
                .done();
    }
}
