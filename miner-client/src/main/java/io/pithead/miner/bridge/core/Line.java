package io.pithead.miner.bridge.core;

import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.ContainerMetrics;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line from a container: {@code {"metrics":{"loss":0.25}}}, {@code {"progress":{"percent":40,"note":"epoch 2"}}} or
 * {@code {"file":"/data/out/model.bin"}}.
 */
public record Line(
        @Nullable Map<String, Double> metrics,
        @Nullable Progress progress,
        @Nullable String file) {
    /** In bytes, without what ends it. */
    public static final int MAX_BYTES = 16 * 1024;

    /** How far the container says it is. */
    public record Progress(Integer percent, @Nullable String note) {
        static final int MAX_NOTE = 500;

        public Progress {
            new Checks()
                    .present("percent", percent)
                    .range("percent", percent, 0, 100)
                    .text("note", note, MAX_NOTE)
                    .done();
        }
    }

    public Line {
        long said = Stream.of(metrics == null, progress == null, file == null)
                .filter(absent -> !absent)
                .count();
        var checks = new Checks().that("", said == 1, "must have one of metrics, progress and file");
        if (metrics != null) {
            checks.that(
                    "metrics",
                    !metrics.isEmpty() && metrics.size() <= ContainerMetrics.MAX_REPORTED,
                    "must have 1 to " + ContainerMetrics.MAX_REPORTED + " members");
            metrics.forEach((name, value) -> checks.that(
                    "metrics/" + Checks.escaped(name),
                    ContainerMetrics.isFigure(name, value),
                    ContainerMetrics.FIGURE));
        }
        checks.done();
        metrics = metrics == null ? null : Map.copyOf(metrics);
    }

    public static Line parse(byte[] line) throws Refused {
        try {
            return Json.read(line, Line.class);
        } catch (InvalidPayloadException e) {
            String what = e.problems().isEmpty()
                    ? String.valueOf(e.getMessage())
                    : e.problems().toString();
            throw new Refused(Code.INVALID_LINE, what);
        }
    }
}
