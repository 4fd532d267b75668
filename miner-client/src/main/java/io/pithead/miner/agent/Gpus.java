package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.container.core.GpuPolicy;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.protocol.task.Resources;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Who has which GPU. None is given away before a container has shown that the engine passes them on. */
final class Gpus {
    private static final GpuPolicy NONE = new GpuPolicy(List.of(), false);
    private final GpuPolicy policy;
    private final Map<Attempt, List<String>> taken = new HashMap<>();
    private boolean shown;

    Gpus(GpuPolicy policy) {
        this.policy = policy;
    }

    GpuPolicy policy() {
        return policy;
    }

    /** Whether a container that was tried saw one. */
    synchronized void shown(boolean seen) {
        shown = seen;
    }

    /** What an attempt that was adopted has already. */
    synchronized void has(Attempt attempt, List<String> uuids) {
        if (!uuids.isEmpty()) {
            taken.put(attempt, uuids);
        }
    }

    synchronized List<String> take(Attempt attempt, Resources asked) throws Refusal {
        taken.remove(attempt);
        List<String> others =
                taken.values().stream().flatMap(Collection::stream).toList();
        List<String> chosen = (shown ? policy : NONE).choose(asked, others);
        has(attempt, chosen);
        return chosen;
    }

    /** UUIDs of those that containers have. */
    synchronized Set<String> held() {
        return taken.values().stream().flatMap(Collection::stream).collect(Collectors.toSet());
    }

    synchronized void giveBack(Attempt attempt) {
        taken.remove(attempt);
    }
}
