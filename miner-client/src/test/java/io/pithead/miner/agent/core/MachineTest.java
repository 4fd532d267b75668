package io.pithead.miner.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Directive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final Pace PACE = new Pace(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(25));
    private static final double ROLL = 0;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Machine machine = new Machine(2, PACE, List.of(), List.of(), now);

    private List<Order> on(Event event) {
        return machine.on(event, now, ROLL);
    }

    private List<Order> later(Duration by) {
        now = now.plus(by);
        return on(new Event.Tick());
    }

    private List<Order> registered() {
        on(new Event.CapabilitiesKnown());
        return on(new Event.Registered(now, now, PACE));
    }

    private static JobOffer offer(UUID job, long lease, Instant expires) {
        return new JobOffer(
                job,
                "sha256_chain",
                NullNode.getInstance(),
                null,
                JobLimits.NONE,
                lease,
                expires,
                1,
                List.of(),
                null,
                null);
    }

    private Attempt running(long lease) {
        var job = UUID.randomUUID();
        on(new Event.Offered(List.of(offer(job, lease, now.plusSeconds(60)))));
        return new Attempt(job, lease);
    }

    private static Event troubled(Call call, Attempt attempt, int status, String code) {
        return new Event.Troubled(call, Optional.of(attempt), new Trouble(status, code, Duration.ZERO));
    }

    private static Event lost(Call call) {
        return new Event.Troubled(call, Optional.empty(), Trouble.lost("away"));
    }

    @Test
    void it_registers_first_and_then_polls_for_all_its_slots() {
        assertThat(on(new Event.Tick())).isEmpty();
        assertThat(on(new Event.CapabilitiesKnown())).containsExactly(new Order.Register());
        assertThat(on(new Event.Registered(now, now, PACE))).containsExactly(new Order.Poll(2, Duration.ofSeconds(25)));
    }

    @Test
    void capabilities_that_change_while_registering_are_registered_again() {
        on(new Event.CapabilitiesKnown());
        assertThat(on(new Event.CapabilitiesKnown())).isEmpty();
        assertThat(on(new Event.Registered(now, now, PACE))).contains(new Order.Register());
    }

    @Test
    void it_beats_at_the_coordinators_pace_and_lists_what_runs_and_what_is_unsent() {
        registered();
        Attempt running = running(1);
        Attempt done = running(2);
        on(new Event.Stored(done));
        var beat = later(Duration.ofSeconds(20)).stream()
                .filter(Order.Beat.class::isInstance)
                .map(Order.Beat.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(beat.running())
                .extracting(job -> new Attempt(job.id(), job.lease()))
                .containsExactly(running, done);
        on(new Event.Beaten(now, now, Duration.ofSeconds(5), Duration.ofSeconds(1), List.of()));
        assertThat(later(Duration.ofSeconds(4))).noneMatch(Order.Beat.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).anyMatch(Order.Beat.class::isInstance);
    }

    @Test
    void a_full_miner_does_not_poll_and_a_freed_slot_polls_at_once() {
        registered();
        running(1);
        Attempt second = running(2);
        assertThat(later(Duration.ofSeconds(5))).noneMatch(Order.Poll.class::isInstance);
        assertThat(on(new Event.Gone(second))).contains(new Order.Poll(1, Duration.ofSeconds(25)));
    }

    @Test
    void more_offers_than_slots_are_given_back() {
        registered();
        Instant expires = now.plusSeconds(60);
        var third = offer(UUID.randomUUID(), 3, expires);
        var orders = on(new Event.Offered(
                List.of(offer(UUID.randomUUID(), 1, expires), offer(UUID.randomUUID(), 2, expires), third)));
        assertThat(orders.stream().filter(Order.Start.class::isInstance)).hasSize(2);
        assertThat(orders).contains(new Order.Decline(third));
    }

    @Test
    void the_same_offer_again_starts_nothing_and_does_not_make_a_tight_loop() {
        registered();
        Attempt attempt = running(1);
        var again = on(new Event.Offered(List.of(offer(attempt.job(), 1, now.plusSeconds(60)))));
        assertThat(again).isEmpty();
        assertThat(later(Duration.ofSeconds(3))).anyMatch(Order.Poll.class::isInstance);
    }

    @Test
    void a_new_lease_of_a_job_replaces_the_old_one() {
        registered();
        Attempt old = running(1);
        var orders = on(new Event.Offered(List.of(offer(old.job(), 2, now.plusSeconds(60)))));
        assertThat(orders).contains(new Order.Kill(old, StopReason.SUPERSEDED));
        assertThat(orders).anyMatch(Order.Start.class::isInstance);
    }

    @Test
    void an_offer_whose_lease_has_run_out_is_left_alone() {
        registered();
        assertThat(on(new Event.Offered(List.of(offer(UUID.randomUUID(), 1, now.minusSeconds(1))))))
                .noneMatch(Order.Start.class::isInstance);
    }

    @Test
    void a_lease_that_nobody_renews_is_given_up_before_it_runs_out() {
        registered();
        Attempt attempt = running(1);
        assertThat(later(Duration.ofSeconds(49))).noneMatch(Order.Kill.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Kill(attempt, StopReason.LEASE_LAPSED));
        assertThat(later(Duration.ofSeconds(1))).noneMatch(Order.Kill.class::isInstance);
    }

    @Test
    void a_heartbeat_renews_but_only_what_it_listed() {
        registered();
        Instant sentBefore = now.minusSeconds(1);
        Attempt attempt = running(1);
        on(new Event.Beaten(sentBefore, now, Duration.ofSeconds(20), Duration.ofSeconds(3), List.of()));
        later(Duration.ofSeconds(40));
        on(new Event.Beaten(now, now, Duration.ofSeconds(20), Duration.ofSeconds(3), List.of()));
        assertThat(later(Duration.ofSeconds(49))).noneMatch(Order.Kill.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Kill(attempt, StopReason.LEASE_LAPSED));
    }

    @Test
    void progress_is_reported_soon_then_on_news_and_its_answer_may_cancel() {
        registered();
        Attempt attempt = running(1);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Report(attempt, 0));
        on(new Event.Renewed(attempt, now, now.plusSeconds(60), false));
        on(new Event.Percent(attempt, 40));
        assertThat(later(Duration.ofSeconds(4))).noneMatch(Order.Report.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Report(attempt, 40));
        assertThat(on(new Event.Renewed(attempt, now, now.plusSeconds(60), true)))
                .contains(new Order.Kill(attempt, StopReason.CANCELLED));
    }

    @Test
    void a_quiet_job_reports_in_time_to_renew_its_lease() {
        registered();
        Attempt attempt = running(1);
        later(Duration.ofSeconds(1));
        on(new Event.Renewed(attempt, now, now.plusSeconds(60), false));
        assertThat(later(Duration.ofSeconds(19))).noneMatch(Order.Report.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Report(attempt, 0));
    }

    @Test
    void a_refused_report_ends_the_job() {
        registered();
        Attempt attempt = running(1);
        later(Duration.ofSeconds(1));
        assertThat(on(troubled(Call.PROGRESS, attempt, 409, "LEASE_LOST")))
                .contains(new Order.Kill(attempt, StopReason.LEASE_LOST));
    }

    @Test
    void a_report_that_got_no_answer_is_repeated_and_ends_nothing() {
        registered();
        Attempt attempt = running(1);
        later(Duration.ofSeconds(1));
        assertThat(on(troubled(Call.PROGRESS, attempt, 0, "away"))).noneMatch(Order.Kill.class::isInstance);
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Report(attempt, 0));
    }

    @Test
    void a_stop_directive_ends_the_named_attempt_only() {
        registered();
        Attempt attempt = running(1);
        running(2);
        later(Duration.ofSeconds(20));
        var orders = on(new Event.Beaten(
                now,
                now,
                Duration.ofSeconds(20),
                Duration.ofSeconds(3),
                List.of(
                        Directive.stop(attempt.job(), 99, "lost"),
                        Directive.stop(attempt.job(), 1, "cancelled"),
                        new Directive("unheard-of", null, null, null, null, null, null, null))));
        assertThat(orders.stream().filter(Order.Kill.class::isInstance))
                .containsExactly(new Order.Kill(attempt, StopReason.CANCELLED));
    }

    @Test
    void a_drain_directive_holds_polls_until_it_is_lifted() {
        registered();
        on(new Event.Offered(List.of()));
        later(Duration.ofSeconds(20));
        Duration pace = Duration.ofSeconds(20);
        on(new Event.Offered(List.of()));
        on(new Event.Beaten(now, now, pace, Duration.ofSeconds(3), List.of(Directive.drain())));
        assertThat(later(Duration.ofSeconds(10))).noneMatch(Order.Poll.class::isInstance);
        later(Duration.ofSeconds(10));
        assertThat(on(new Event.Beaten(now, now, pace, Duration.ofSeconds(3), List.of())))
                .anyMatch(Order.Poll.class::isInstance);
    }

    @Test
    void a_banned_node_ends_what_it_runs_says_why_and_goes_on_asking() {
        registered();
        Attempt one = running(1);
        Attempt two = running(2);
        var banned = new Trouble(403, "NODE_BANNED", "it cheats", Duration.ZERO);
        assertThat(on(new Event.Troubled(Call.POLL, Optional.empty(), banned)))
                .as("a poll lists nothing")
                .noneMatch(Order.Kill.class::isInstance);
        assertThat(on(new Event.Troubled(Call.BEAT, Optional.empty(), banned)))
                .contains(new Order.Kill(one, StopReason.LEASE_LOST), new Order.Kill(two, StopReason.LEASE_LOST));
        assertThat(on(new Event.Troubled(Call.BEAT, Optional.empty(), banned))).noneMatch(Order.Kill.class::isInstance);
        on(new Event.Gone(one));
        assertThat(later(Duration.ofMinutes(10))).anyMatch(Order.Beat.class::isInstance);
    }

    @Test
    void a_refusal_that_is_no_ban_ends_nothing() {
        registered();
        running(1);
        for (String code : List.of("FORBIDDEN_SCOPE", "HTTP_403")) {
            assertThat(on(new Event.Troubled(Call.BEAT, Optional.empty(), new Trouble(403, code, Duration.ZERO))))
                    .noneMatch(Order.Kill.class::isInstance);
        }
    }

    @Test
    void a_node_that_the_coordinator_forgot_registers_again() {
        registered();
        assertThat(on(new Event.Troubled(
                        Call.BEAT, Optional.empty(), new Trouble(404, "NODE_NOT_FOUND", Duration.ZERO))))
                .contains(new Order.Register());
    }

    @Test
    void a_node_that_another_miner_took_asks_to_register_and_takes_no_work_meanwhile() {
        registered();
        assertThat(on(new Event.Troubled(Call.BEAT, Optional.empty(), new Trouble(409, "NODE_TAKEN", Duration.ZERO))))
                .contains(new Order.Register());
        assertThat(machine.view().registered()).isFalse();
    }

    @Test
    void a_stored_result_is_delivered_until_it_arrives() {
        registered();
        Attempt attempt = running(1);
        assertThat(on(new Event.Stored(attempt))).contains(new Order.Deliver(attempt));
        assertThat(on(troubled(Call.DELIVER, attempt, 503, "UNAVAILABLE"))).doesNotContain(new Order.Deliver(attempt));
        assertThat(later(Duration.ofSeconds(1))).contains(new Order.Deliver(attempt));
        on(new Event.Delivered(attempt));
        assertThat(later(Duration.ofSeconds(60))).doesNotContain(new Order.Deliver(attempt));
        assertThat(machine.view().unsent()).isEmpty();
    }

    @Test
    void results_of_an_earlier_run_are_delivered_first_thing() {
        var attempt = new Attempt(UUID.randomUUID(), 5);
        machine = new Machine(1, PACE, List.of(attempt), List.of(), now);
        assertThat(on(new Event.Tick())).containsExactly(new Order.Deliver(attempt));
    }

    @Test
    void a_lost_coordinator_is_said_once_and_its_return_once() {
        registered();
        assertThat(on(lost(Call.POLL))).anyMatch(Order.SayLost.class::isInstance);
        later(Duration.ofSeconds(20));
        assertThat(on(lost(Call.BEAT))).noneMatch(Order.SayLost.class::isInstance);
        now = now.plusSeconds(10);
        assertThat(on(new Event.Beaten(now, now, Duration.ofSeconds(20), Duration.ofSeconds(3), List.of())))
                .noneMatch(Order.SayBack.class::isInstance);
        assertThat(on(new Event.Offered(List.of()))).contains(new Order.SayBack(Duration.ofSeconds(30)));
    }

    @Test
    void a_full_spool_takes_no_more_work() {
        var unsent = java.util.stream.LongStream.range(0, Machine.MAX_UNSENT)
                .mapToObj(lease -> new Attempt(UUID.randomUUID(), lease))
                .toList();
        machine = new Machine(1, PACE, unsent, List.of(), now);
        assertThat(registered()).noneMatch(Order.Poll.class::isInstance);
        assertThat(on(new Event.Delivered(unsent.getFirst()))).anyMatch(Order.Poll.class::isInstance);
    }

    @Test
    void draining_tells_the_coordinator_finishes_delivers_and_ends() {
        registered();
        on(new Event.Offered(List.of()));
        Attempt attempt = running(1);
        assertThat(on(new Event.DrainAsked())).contains(new Order.Drain());
        on(new Event.DrainAnswered());
        assertThat(later(Duration.ofSeconds(3))).noneMatch(Order.Poll.class::isInstance);
        assertThat(on(new Event.Stored(attempt)))
                .contains(new Order.Deliver(attempt))
                .doesNotContain(new Order.End());
        assertThat(on(new Event.Delivered(attempt))).containsExactly(new Order.End());
    }

    @Test
    void draining_waits_a_moment_for_an_offer_that_was_on_its_way() {
        registered();
        on(new Event.DrainAsked());
        assertThat(on(new Event.DrainAnswered())).doesNotContain(new Order.End());
        var late = offer(UUID.randomUUID(), 1, now.plusSeconds(60));
        assertThat(on(new Event.Offered(List.of(late)))).contains(new Order.Start(late));
        assertThat(later(Duration.ofSeconds(5))).doesNotContain(new Order.End());
        assertThat(on(new Event.Gone(new Attempt(late.id(), 1)))).containsExactly(new Order.End());
    }

    @Test
    void draining_does_not_wait_for_ever_for_a_coordinator_that_is_away() {
        registered();
        Attempt attempt = running(1);
        on(new Event.DrainAsked());
        on(lost(Call.DRAIN));
        on(new Event.Stored(attempt));
        on(troubled(Call.DELIVER, attempt, 0, "away"));
        for (int tries = 0; tries < 2; tries++) {
            later(Duration.ofSeconds(2));
            on(lost(Call.DRAIN));
        }
        assertThat(later(Duration.ofSeconds(10))).contains(new Order.End());
        assertThat(machine.view().unsent()).containsExactly(attempt);
    }

    @Test
    void a_second_signal_kills_what_runs_and_ends() {
        registered();
        Attempt attempt = running(1);
        on(new Event.DrainAsked());
        assertThat(on(new Event.StopAsked())).containsExactly(new Order.Kill(attempt, StopReason.MINER_STOPPED));
        assertThat(on(new Event.Gone(attempt))).containsExactly(new Order.End());
    }

    @Test
    void a_child_that_will_not_die_does_not_keep_a_stopped_agent_alive() {
        registered();
        running(1);
        on(new Event.StopAsked());
        assertThat(later(Ending.LAST_KILLS)).containsExactly(new Order.End());
    }
}
