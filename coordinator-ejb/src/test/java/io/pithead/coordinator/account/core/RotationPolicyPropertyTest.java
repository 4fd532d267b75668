package io.pithead.coordinator.account.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A line of keys, rotated at any times with any grace. */
class RotationPolicyPropertyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration ISSUED_FOR = Duration.ofDays(10);

    @Property
    void at_most_two_keys_of_a_line_work_and_the_newest_does_until_it_expires(
            @ForAll @Size(max = 20) List<@IntRange(max = 2_000) Integer> pauses,
            @ForAll @IntRange(max = 1_440) int graceMinutes) {
        List<KeyState> line = new ArrayList<>(List.of(new KeyState(START.plus(ISSUED_FOR), null)));
        Instant now = START;
        for (int pause : pauses) {
            now = now.plus(Duration.ofMinutes(pause));
            rotate(line, Duration.ofMinutes(graceMinutes), now);
            Instant at = now;
            assertThat(line.stream().filter(key -> key.isLive(at)).count()).isLessThanOrEqualTo(2);
            assertThat(line.getLast().isLive(at)).isEqualTo(at.isBefore(START.plus(ISSUED_FOR)));
        }
    }

    private static void rotate(List<KeyState> line, Duration grace, Instant now) {
        int last = line.size() - 1;
        Optional<KeyState> predecessor = last == 0 ? Optional.empty() : Optional.of(line.get(last - 1));
        if (RotationPolicy.rotate(line.get(last), predecessor, false, grace, now) instanceof Rotation.Rotate rotate) {
            line.add(line.get(last));
            line.set(last, new KeyState(rotate.oldEndsAt(), null));
            if (rotate.endPredecessor()) {
                line.set(last - 1, new KeyState(line.get(last - 1).expiresAt(), now));
            }
        }
    }
}
