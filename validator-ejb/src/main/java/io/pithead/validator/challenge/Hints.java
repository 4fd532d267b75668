package io.pithead.validator.challenge;

import io.pithead.coordinator.outbox.Message;
import java.util.List;
import java.util.UUID;

/** What messages on the queue {@code challenge} say: one challenge each, for preparing and judging take their time. */
final class Hints {
    static final String PREPARE = "challenge.prepare";
    static final String JUDGE = "challenge.judge";

    private Hints() {}

    static List<Message> of(String type, List<UUID> challenges) {
        return challenges.stream()
                .map(id -> Message.of(type, List.of(id.toString())))
                .toList();
    }
}
