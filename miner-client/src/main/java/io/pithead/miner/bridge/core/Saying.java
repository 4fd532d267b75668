package io.pithead.miner.bridge.core;

import io.pithead.miner.bridge.core.Line.Progress;
import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.protocol.task.ContainerMetrics;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container last said of itself. */
public record Saying(Map<String, Double> metrics, @Nullable Progress progress) {
    public static final Saying NOTHING = new Saying(Map.of(), null);

    public Saying {
        metrics = Map.copyOf(metrics);
    }

    /** New figures stand beside those of other names. */
    public Saying with(Map<String, Double> said) throws Refused {
        var all = new HashMap<>(metrics);
        all.putAll(said);
        if (all.size() > ContainerMetrics.MAX_REPORTED) {
            throw new Refused(
                    Code.TOO_MANY_METRICS, "a container has at most " + ContainerMetrics.MAX_REPORTED + " metrics");
        }
        return new Saying(all, progress);
    }

    public Saying at(Progress said) {
        return new Saying(metrics, said);
    }
}
