package io.pithead.coordinator.user.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.user.core.Backoff.Attempts;
import io.pithead.coordinator.user.core.Backoff.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class BackoffPropertyTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Backoff NAME = Backoff.OF_NAME;

    /** Safety: whenever somebody tries, so many guesses fit into a time and no more. */
    @Property
    void a_machine_that_guesses_whenever_it_likes_gets_few_guesses(
            @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 600) Integer> pauses) {
        Attempts remembered = null;
        Instant now = START;
        int taken = 0;
        for (int pause : pauses) {
            now = now.plusSeconds(pause);
            if (NAME.attempt(remembered, now) instanceof Turn.Take take) {
                remembered = take.remembered();
                taken++;
            }
        }
        Duration passed = Duration.between(START, now);
        long doubling = 9;
        long most = NAME.free() + doubling + passed.dividedBy(NAME.max()) + 1;
        assertThat((long) taken).isLessThanOrEqualTo(most);
    }

    /** Progress: nobody waits for longer than the bound, whatever others did before. */
    @Property
    void no_wait_is_longer_than_the_bound(@ForAll @IntRange(min = 1) int failures) {
        Attempts before = new Attempts(failures, START, START);

        Turn turn = NAME.attempt(before, START);

        assertThat(turn)
                .isInstanceOfSatisfying(
                        Turn.Take.class,
                        take -> assertThat(Duration.between(
                                        START, take.remembered().waitUntil()))
                                .isBetween(Duration.ZERO, NAME.max()));
    }

    /** An attempt that is made too early changes nothing: it cannot keep anybody waiting for longer. */
    @Property
    void who_is_too_early_waits_no_longer_for_it(@ForAll @IntRange(min = 1, max = 899) int early) {
        Instant until = START.plus(NAME.max());
        Attempts before = new Attempts(100, START, until);

        assertThat(NAME.attempt(before, until.minusSeconds(early))).isEqualTo(new Turn.Wait(until));
        assertThat(NAME.attempt(before, until)).isInstanceOf(Turn.Take.class);
    }

    @Example
    void the_first_few_are_free_and_each_further_one_doubles_the_wait() {
        assertThat(List.of(1, 4, 5, 6, 7, 13, 14, 15, Integer.MAX_VALUE).stream()
                        .map(NAME::wait)
                        .map(Duration::toSeconds))
                .containsExactly(0L, 0L, 2L, 4L, 8L, 512L, 900L, 900L, 900L);
    }

    @Example
    void what_was_long_ago_is_forgotten() {
        Attempts before = new Attempts(100, START, START.plus(NAME.max()));

        assertThat(NAME.attempt(before, START.plus(NAME.memory())))
                .isEqualTo(new Turn.Take(new Attempts(1, START.plus(NAME.memory()), START.plus(NAME.memory()))));
    }

    @Property
    void a_right_one_is_as_if_it_had_not_been(@ForAll @IntRange(max = 50) int failures) {
        @Nullable Attempts before = failures == 0 ? null : new Attempts(failures, START, START);

        if (NAME.attempt(before, START) instanceof Turn.Take take) {
            assertThat(Backoff.takenBack(take.remembered(), START).failures()).isEqualTo(failures);
        }
    }
}
