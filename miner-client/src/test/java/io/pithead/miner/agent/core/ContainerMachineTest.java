package io.pithead.miner.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is different when a job is a container: it outlives the miner, and only a clear word ends it. */
class ContainerMachineTest {
    private static final Pace PACE = new Pace(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(25));
    private static final Duration GRACE = Duration.ofMinutes(15);
    private static final UUID ID = new UUID(3, 4);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Machine machine = new Machine(2, PACE, List.of(), List.of(), now);

    private List<Order> on(Event event) {
        return machine.on(event, now, 0);
    }

    private List<Order> later(Duration by) {
        now = now.plus(by);
        return on(new Event.Tick());
    }

    private List<Order> register() {
        on(new Event.CapabilitiesKnown());
        return on(new Event.Registered(now, now, PACE));
    }

    /** Just taken: its image is being pulled. */
    private Attempt container() {
        var job = UUID.randomUUID();
        var spec = new ContainerSpec(
                ID,
                ID,
                "t",
                "i",
                PullPolicy.ALWAYS,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                Resources.NONE,
                RestartPolicy.NEVER,
                null);
        var offer = new JobOffer(
                job, JobOffer.CONTAINER, null, null, JobLimits.NONE, 7, now.plus(GRACE), 1, List.of(), null, spec);
        assertThat(on(new Event.Offered(List.of(offer)))).contains(new Order.Start(offer));
        return new Attempt(job, 7);
    }

    private List<Order> beaten(Directive... directives) {
        return on(new Event.Beaten(now, now, PACE.heartbeat(), PACE.poll(), List.of(directives)));
    }

    private List<Order> troubled(Attempt attempt, int status, String code) {
        return on(new Event.Troubled(Call.PROGRESS, Optional.of(attempt), new Trouble(status, code, Duration.ZERO)));
    }

    private static Directive pause(Attempt attempt) {
        return Directive.task(attempt.job(), attempt.lease(), ContainerOrder.PAUSE, 2);
    }

    @Test
    void a_pull_that_the_buyer_cancels_is_stopped_once() {
        register();
        Attempt pulling = container();
        assertThat(later(Duration.ofMillis(500))).contains(new Order.Report(pulling, 0));
        var cancel = new Event.Renewed(pulling, now, now.plus(GRACE), true);
        assertThat(on(cancel)).contains(new Order.Kill(pulling, StopReason.CANCELLED));
        assertThat(on(cancel)).noneMatch(Order.Kill.class::isInstance);
        assertThat(later(Duration.ofSeconds(30)))
                .noneMatch(order -> order instanceof Order.Report || order instanceof Order.Kill);
        // its slot is taken until it is gone
        assertThat(machine.view().jobs()).containsExactly(new View.Job(pulling, 0, true));
        assertThat(on(new Event.Gone(pulling))).noneMatch(Order.Deliver.class::isInstance);
        assertThat(machine.view().jobs()).isEmpty();
        assertThat(machine.view().unsent()).isEmpty();
    }

    @Test
    void what_a_container_does_is_told_soon_but_not_at_every_change() {
        register();
        Attempt attempt = container();
        assertThat(later(Duration.ofMillis(499))).noneMatch(Order.Report.class::isInstance);
        assertThat(later(Duration.ofMillis(1))).contains(new Order.Report(attempt, 0));
        on(new Event.Renewed(attempt, now, now.plus(GRACE), false));
        assertThat(later(Duration.ofSeconds(5))).noneMatch(Order.Report.class::isInstance);
        assertThat(on(new Event.Changed(attempt))).contains(new Order.Report(attempt, 0));
        on(new Event.Renewed(attempt, now, now.plus(GRACE), false));
        assertThat(on(new Event.Changed(attempt))).noneMatch(Order.Report.class::isInstance);
        assertThat(later(Duration.ofMillis(500))).contains(new Order.Report(attempt, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "409,LEASE_LOST,true",
        "409,CONFLICT_STATE,false",
        "404,JOB_NOT_FOUND,false",
        "404,NOT_FOUND,false",
        "403,FORBIDDEN_SCOPE,false",
        "500,INTERNAL,false",
        "0,away,false"
    })
    void only_a_clear_word_ends_a_container(int status, String code, boolean ends) {
        register();
        Attempt attempt = container();
        later(Duration.ofSeconds(1));
        List<Order> orders = troubled(attempt, status, code);
        assertThat(orders.contains(new Order.Kill(attempt, StopReason.LEASE_LOST)))
                .isEqualTo(ends);
        assertThat(orders.stream().anyMatch(Order.Kill.class::isInstance)).isEqualTo(ends);
    }

    @Test
    void a_wish_is_passed_on_as_often_as_it_is_said_to_the_container_it_is_about() {
        register();
        Attempt attempt = container();
        var steer = new Order.Steer(attempt, ContainerOrder.PAUSE, 2);
        assertThat(beaten(pause(attempt))).contains(steer);
        assertThat(beaten(pause(attempt))).contains(steer);
        assertThat(beaten(pause(new Attempt(attempt.job(), 6)))).noneMatch(Order.Steer.class::isInstance);
        assertThat(beaten(new Directive("task", attempt.job(), 7L, null, ContainerOrder.PAUSE, null, null, null)))
                .noneMatch(Order.Steer.class::isInstance);
        assertThat(beaten(Directive.stop(attempt.job(), 7, "cancelled"), pause(attempt)))
                .contains(new Order.Kill(attempt, StopReason.CANCELLED))
                .noneMatch(Order.Steer.class::isInstance);
    }

    @Test
    void output_is_followed_until_a_heartbeats_answer_no_longer_asks() {
        register();
        Attempt attempt = container();
        Directive logs = Directive.logs(attempt.job(), attempt.lease());
        assertThat(beaten(logs)).contains(new Order.Follow(attempt, true));
        assertThat(beaten(logs)).noneMatch(Order.Follow.class::isInstance);
        assertThat(beaten()).contains(new Order.Follow(attempt, false));
        assertThat(beaten(logs)).contains(new Order.Follow(attempt, true));
        on(new Event.Stored(attempt));
        assertThat(beaten()).noneMatch(Order.Follow.class::isInstance);
    }

    @Test
    void a_miner_that_stops_leaves_its_containers_and_ends_at_once() {
        register();
        container();
        List<Order> orders = on(new Event.StopAsked());
        assertThat(orders).noneMatch(Order.Kill.class::isInstance);
        assertThat(orders).contains(new Order.End());
    }

    @Test
    void the_next_run_takes_them_over_and_asks_before_it_gives_one_up() {
        var known = new Attempt(UUID.randomUUID(), 1);
        machine =
                new Machine(1, PACE, List.of(), List.of(new Adopted(known, GRACE, now.minus(Duration.ofDays(1)))), now);
        assertThat(register().stream()
                        .filter(Order.Beat.class::isInstance)
                        .flatMap(beat -> ((Order.Beat) beat).running().stream())
                        .map(Heartbeat.Running::id))
                .containsExactly(known.job());
        assertThat(later(Duration.ofSeconds(59))).noneMatch(Order.Kill.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Kill(known, StopReason.LEASE_LAPSED));
    }

    @Test
    void a_lease_that_was_taken_over_is_never_trusted_longer_than_its_length() {
        var distant = new Adopted(new Attempt(UUID.randomUUID(), 1), GRACE, now.plus(Duration.ofDays(9)));
        assertThat(distant.term(now).isTrusted(now.plus(GRACE).minusMillis(1))).isTrue();
        assertThat(distant.term(now).isTrusted(now.plus(GRACE))).isFalse();
        var shorter = new Adopted(new Attempt(UUID.randomUUID(), 1), GRACE, now.plus(Duration.ofMinutes(5)));
        Instant until = now.plus(Duration.ofMinutes(5)).minus(LeaseTerm.margin(GRACE));
        assertThat(shorter.term(now).trustedUntil()).isEqualTo(until);
    }
}
