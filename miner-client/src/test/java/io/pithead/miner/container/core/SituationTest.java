package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.container.core.Seen.State;
import io.pithead.protocol.task.RestartPolicy;
import io.pithead.protocol.task.RestartPolicy.When;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SituationTest {
    private static final RestartPolicy TWICE = new RestartPolicy(When.ON_FAILURE, 2, 10);
    private static final Step WATCH = new Step.Watch();

    private static Optional<Seen> seen(State state) {
        return exited(state, 1, false);
    }

    private static Optional<Seen> exited(int code) {
        return exited(State.EXITED, code, false);
    }

    private static Optional<Seen> exited(State state, int code, boolean outOfMemory) {
        return Optional.of(new Seen("id", state, code, outOfMemory, "", null, null));
    }

    private static Situation running(boolean paused, boolean restartWanted) {
        return new Situation(TWICE, paused, restartWanted, 0, true, false, Duration.ZERO);
    }

    private static Situation ended(RestartPolicy policy, int restarts, Duration sinceExit) {
        return new Situation(policy, false, false, restarts, true, false, sinceExit);
    }

    @Test
    void a_container_that_never_was_is_made_and_one_that_is_gone_has_failed() {
        var fresh = new Situation(TWICE, false, false, 0, false, false, Duration.ZERO);
        assertThat(fresh.next(Optional.empty())).isEqualTo(new Step.Create());
        assertThat(fresh.next(seen(State.CREATED))).isEqualTo(new Step.Start(false));
        assertThat(running(false, false).next(Optional.empty())).isInstanceOfSatisfying(Step.Fail.class, step -> {
            assertThat(step.problem().code()).isEqualTo("CONTAINER_LOST");
            assertThat(step.problem().retryable()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, false, false, Watch", "RUNNING, true, false, Pause",
        "RUNNING, false, true, StopToRestart", "RUNNING, true, true, StopToRestart",
        "PAUSED, true, false, Watch", "PAUSED, false, false, Resume",
        "PAUSED, true, true, Resume", "PAUSED, false, true, Resume",
        "LEAVING, false, false, Watch", "LEAVING, true, true, Watch",
        "CREATED, true, true, Start", "EXITED, true, true, Start"
    })
    void each_wish_is_carried_out_from_each_state(State state, boolean paused, boolean restart, String step) {
        assertThat(running(paused, restart).next(seen(state)).getClass().getSimpleName())
                .isEqualTo(step);
    }

    @Test
    void an_end_that_was_good_completes_unless_the_policy_starts_it_again() {
        assertThat(ended(RestartPolicy.NEVER, 0, Duration.ZERO).next(exited(0))).isEqualTo(new Step.Complete());
        assertThat(ended(TWICE, 0, Duration.ZERO).next(exited(0))).isEqualTo(new Step.Complete());
        assertThat(ended(new RestartPolicy(When.ALWAYS, null, 1), 9, Duration.ofDays(1))
                        .next(exited(0)))
                .isEqualTo(new Step.Start(true));
        // the kernel ended a child of it: what it says of itself is worth nothing
        assertThat(ended(TWICE, 0, Duration.ZERO).next(exited(State.EXITED, 0, true)))
                .isInstanceOf(Step.Fail.class);
    }

    @Test
    void a_failure_waits_for_the_policys_time_and_not_a_moment_longer() {
        assertThat(ended(TWICE, 0, Duration.ZERO).next(exited(1)))
                .isEqualTo(new Step.WaitToRestart(Duration.ofSeconds(10)));
        assertThat(ended(TWICE, 1, Duration.ofSeconds(19)).next(exited(1)))
                .isEqualTo(new Step.WaitToRestart(Duration.ofSeconds(1)));
        assertThat(ended(TWICE, 1, Duration.ofSeconds(20)).next(exited(1))).isEqualTo(new Step.Start(true));
    }

    @Test
    void when_the_policy_gives_up_the_end_says_why() {
        assertThat(ended(TWICE, 2, Duration.ofDays(1)).next(exited(3)))
                .isEqualTo(new Step.Fail(Problem.passing("EXIT_3", "the container ended with code 3")));
        assertThat(ended(RestartPolicy.NEVER, 0, Duration.ZERO).next(exited(State.EXITED, 137, true)))
                .isInstanceOfSatisfying(Step.Fail.class, step -> {
                    assertThat(step.problem().code()).isEqualTo("OOM_KILLED");
                    assertThat(step.problem().retryable()).isFalse();
                });
        Seen withError = new Seen("id", State.EXITED, 127, false, "no such file", null, null);
        assertThat(Exits.problem(withError).message()).isEqualTo("the container ended with code 127: no such file");
    }

    @Test
    void an_end_that_the_engines_own_stop_brought_about_is_none() {
        var situation = new Situation(RestartPolicy.NEVER, false, false, 5, true, true, Duration.ZERO);
        assertThat(situation.next(exited(137))).isEqualTo(new Step.Start(false));
    }

    @ParameterizedTest
    @CsvSource({"143,false,true", "137,false,true", "255,false,true", "137,true,false", "0,false,false", "1,false,false"
    })
    void an_end_unseen_is_the_engines_by_its_code(int code, boolean outOfMemory, boolean engines) {
        assertThat(Exits.looksLikeAStoppedEngine(
                        exited(State.EXITED, code, outOfMemory).orElseThrow()))
                .isEqualTo(engines);
    }

    @ParameterizedTest
    @EnumSource(When.class)
    void starts_again_are_bounded_by_the_policy_whatever_the_end(When when) {
        for (int restarts = 0; restarts < 6; restarts++) {
            for (int code : new int[] {0, 1, 137}) {
                boolean wanted = when == When.ALWAYS || (when == When.ON_FAILURE && code != 0);
                assertThat(Restarts.again(new RestartPolicy(when, 3, null), code, restarts))
                        .isEqualTo(wanted && restarts < 3);
                assertThat(Restarts.again(new RestartPolicy(when, null, null), code, 1_000_000))
                        .isEqualTo(wanted);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10,0,10",
        "10,1,20",
        "10,4,160",
        "10,5,300",
        "10,1000000,300",
        "10,2147483647,300",
        "10,-1,10",
        "1,0,1",
        "1,8,256",
        "1,9,300",
        "300,0,300",
        ",0,10"
    })
    void the_delay_doubles_up_to_its_cap_and_never_overflows(Integer first, int restarts, long seconds) {
        assertThat(Restarts.delay(new RestartPolicy(When.ALWAYS, null, first), restarts))
                .isEqualTo(Duration.ofSeconds(seconds));
    }
}
