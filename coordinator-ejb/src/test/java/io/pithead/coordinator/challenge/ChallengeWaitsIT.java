package io.pithead.coordinator.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.challenge.ChallengeDesk.Story;
import io.pithead.coordinator.platform.Draining;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Two instances on one database. */
class ChallengeWaitsIT {
    private static final TestDatabase ROWS = TestDatabase.create();
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ChallengeDesk desk = new ChallengeDesk(ROWS);
    private final ChallengeDesk elsewhere = new ChallengeDesk(ROWS);

    private CompletableFuture<ChallengeView> parked(Story story, ChallengeState seen) {
        return desk.validators.get(story.validator, story.challenge.id(), seen, LONG);
    }

    @Test
    void who_waits_is_answered_by_what_comes_here() {
        Story story = desk.new Story().offered();
        var view = parked(story, ChallengeState.OFFERED);
        desk.waits.round();
        assertThat(view).isNotDone();
        desk.nodes.commit(story.provider, story.challenge.id(), story.commitment);
        assertThat(view).isCompletedWithValueMatching(seen -> seen.state() == ChallengeState.COMMITTED);
        assertThat(desk.waits.size()).isZero();
    }

    @Test
    void what_comes_at_another_instance_is_found_by_looking() {
        Story story = desk.new Story().committed();
        CompletableFuture<Optional<Question>> question =
                desk.nodes.question(story.provider, story.challenge.id(), LONG);
        elsewhere.validators.ask(story.validator, story.challenge.id(), story.question);
        assertThat(question).isNotDone();
        desk.waits.round();
        assertThat(question).isCompletedWithValue(Optional.of(story.question));
    }

    @Test
    void who_has_seen_less_is_answered_at_once() {
        Story story = desk.new Story().committed();
        assertThat(parked(story, ChallengeState.OFFERED)).isCompleted();
        assertThat(desk.waits.size()).isZero();
    }

    @Test
    void a_wait_ends_by_itself() {
        Story story = desk.new Story().committed();
        var question = desk.nodes.question(story.provider, story.challenge.id(), Duration.ofNanos(1));
        desk.waits.round();
        assertThat(question).isCompletedWithValue(Optional.empty());
    }

    @Test
    void one_that_is_closed_answers_who_waits_for_it() {
        Story story = desk.new Story().committed();
        var question = desk.nodes.question(story.provider, story.challenge.id(), LONG);
        ROWS.update("update challenge set give_up_at = now() where id = ?", story.challenge.id());
        desk.rounds.round();
        assertThatThrownBy(question::join)
                .cause()
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT_STATE));
    }

    @Test
    void a_key_that_asks_again_has_given_up_its_first_wait() {
        Story story = desk.new Story().offered();
        var first = parked(story, ChallengeState.OFFERED);
        var second = parked(story, ChallengeState.OFFERED);
        assertThat(first).isCompletedWithValueMatching(view -> view.state() == ChallengeState.OFFERED);
        assertThat(second).isNotDone();
        assertThat(desk.waits.size()).isEqualTo(1);
    }

    @Test
    void a_server_that_drains_lets_nobody_wait() {
        Story story = desk.new Story().offered();
        var before = parked(story, ChallengeState.OFFERED);
        desk.waits.drain(new Draining());
        assertThat(before).isCompleted();
        assertThat(parked(story, ChallengeState.OFFERED)).isCompleted();
    }

    @Test
    void a_revoked_key_waits_no_longer() {
        Story story = desk.new Story().offered();
        var listeners = new ArrayList<Consumer<Set<UUID>>>();
        desk.waits.loops = new Loops() {
            @Override
            public void start(String name, Duration pause, Duration allowedAge, Round round) {
                // the test makes its own rounds
            }
        };
        desk.waits.keys = new KeyRing() {
            @Override
            public void onRevoked(Consumer<Set<UUID>> listener) {
                listeners.add(listener);
            }
        };
        desk.waits.open();
        var view = parked(story, ChallengeState.OFFERED);
        listeners.forEach(listener -> listener.accept(Set.of(UUID.randomUUID())));
        assertThat(view).isNotDone();
        listeners.forEach(listener -> listener.accept(Set.of(story.validator.keyId())));
        assertThatThrownBy(view::join)
                .cause()
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED_KEY));
    }

    @Test
    void only_so_many_wait() {
        List<CompletableFuture<?>> waits = new ArrayList<>();
        for (int i = 0; i < ChallengeWaits.MAX_WAITING; i++) {
            waits.add(desk.waits.until(UUID.randomUUID(), UUID.randomUUID(), ChallengeState.OFFERED, LONG));
        }
        assertThatThrownBy(() -> desk.waits.until(UUID.randomUUID(), UUID.randomUUID(), ChallengeState.OFFERED, LONG))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        assertThat(waits).allMatch(wait -> !wait.isDone());
        desk.waits.stop();
        assertThat(waits).allMatch(CompletableFuture::isDone);
    }
}
