package io.pithead.coordinator.task;

import io.pithead.coordinator.meter.core.Rate;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskView.Wanted;
import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task as placement needs it; {@code price} in minor units per node, and per hour when it is metered. */
record TaskRow(
        UUID id,
        UUID account,
        String actor,
        Wanted wanted,
        @Nullable Integer replicas,
        BigInteger price,
        TaskRequest request) {
    /** What time costs, when that is what is paid. */
    Optional<Rate> rate() {
        return rate(request);
    }

    static Optional<Rate> rate(TaskRequest request) {
        Resources resources = request.resources() == null ? Resources.NONE : request.resources();
        return Optional.ofNullable(request.metered()).map(metered -> Rate.of(metered, resources));
    }
}
