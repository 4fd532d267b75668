package io.pithead.coordinator.chain;

import io.pithead.coordinator.platform.Bell;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where a message asks the senders to look sooner. */
@ApplicationScoped
public class ChainQueue {
    private final List<Bell> bells = new CopyOnWriteArrayList<>();

    Bell bell() {
        var bell = new Bell();
        bells.add(bell);
        return bell;
    }

    public void look() {
        bells.forEach(Bell::ring);
    }
}
