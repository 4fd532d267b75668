package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.task.ContainerReport;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/miner/progress}: how far an attempt is; it also extends the lease. {@code container} is for container jobs. */
public record Progress(
        UUID id,
        Long lease,
        @Nullable Integer percent,
        @Nullable String note,
        @Nullable ContainerReport container) {
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
