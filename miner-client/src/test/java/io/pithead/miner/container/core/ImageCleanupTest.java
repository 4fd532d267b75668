package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.container.core.ImageCleanup.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageCleanupTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Stored used(String id, long bytes, Duration ago) {
        return new Stored(id, bytes, NOW.minus(ago));
    }

    private static final List<Stored> IMAGES = List.of(
            used("new", 40, Duration.ofHours(1)),
            used("old", 30, Duration.ofHours(9)),
            used("older", 20, Duration.ofHours(10)));

    private static List<String> surplus(Set<String> inUse, long most) {
        return ImageCleanup.surplus(IMAGES, inUse, most, NOW);
    }

    @Test
    void the_longest_unused_go_until_the_rest_fits() {
        assertThat(surplus(Set.of(), 90)).isEmpty();
        assertThat(surplus(Set.of(), 89)).containsExactly("older");
        assertThat(surplus(Set.of(), 69)).containsExactly("older", "old");
        assertThat(surplus(Set.of(), 0)).containsExactly("older", "old", "new");
    }

    @Test
    void one_that_a_container_was_made_from_stays() {
        assertThat(surplus(Set.of("older"), 60)).containsExactly("old");
        assertThat(surplus(Set.of("older", "old", "new"), 0)).isEmpty();
    }

    @Test
    void one_that_a_container_may_be_about_to_be_made_from_stays() {
        var fresh = List.of(used("fresh", 10, ImageCleanup.REST.minusNanos(1)), used("rested", 10, ImageCleanup.REST));
        assertThat(ImageCleanup.surplus(fresh, Set.of(), 0, NOW)).containsExactly("rested");
    }
}
