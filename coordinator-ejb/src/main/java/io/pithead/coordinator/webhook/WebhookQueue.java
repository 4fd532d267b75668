package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Bell;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Where a message asks the sender to look sooner. */
@ApplicationScoped
public class WebhookQueue {
    private final Bell bell = new Bell();

    public void look() {
        bell.ring();
    }

    void await(Duration atMost) throws InterruptedException {
        bell.await(atMost);
    }
}
