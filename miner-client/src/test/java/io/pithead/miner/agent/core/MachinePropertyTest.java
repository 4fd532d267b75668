package io.pithead.miner.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Directive;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The machine against a world that answers, fails and lies at random, with a clock that jumps ahead at random. */
class MachinePropertyTest {
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final int STEPS = 300;
    private static final int SETTLING = 2_000;

    @Property(tries = 150)
    void nothing_runs_without_a_slot_or_beyond_its_lease_and_nothing_is_lost(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int slots) {
        var world = new World(seed, slots);
        for (int i = 0; i < STEPS; i++) {
            world.step(true);
        }
        for (int i = 0; i < SETTLING && !world.isSettled(); i++) {
            world.step(false);
        }
        assertThat(world.stored).as("every stored result is delivered").isEqualTo(world.delivered);
        assertThat(world.isSettled())
                .as("what is asked for is answered in the end")
                .isTrue();
    }

    /** Carries out orders as the shell does, later and in any order. */
    private static final class World {
        private final Random random;
        private final int slots;
        private final Machine machine;
        private final List<Event> pending = new ArrayList<>();
        private final Map<Attempt, Instant> trueExpiry = new HashMap<>();
        private final Set<Attempt> alive = new HashSet<>();
        private final Set<Attempt> killed = new HashSet<>();
        private final Set<Attempt> started = new HashSet<>();
        private final Set<Attempt> stored = new HashSet<>();
        private final Set<Attempt> delivered = new HashSet<>();
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private long tokens;
        private boolean wild = true;

        World(long seed, int slots) {
            this.random = new Random(seed);
            this.slots = slots;
            machine = new Machine(
                    slots,
                    new Pace(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(25)),
                    List.of(),
                    List.of(),
                    now);
            pending.add(new Event.CapabilitiesKnown());
        }

        boolean isSettled() {
            return stored.equals(delivered) && machine.view().registered();
        }

        void step(boolean isWild) {
            wild = isWild;
            Event event = next();
            deliver(event);
            assertThat(machine.nextDue(now))
                    .as("what was due is done, so the loop never spins")
                    .isAfter(now);
            alive.stream()
                    .filter(attempt -> !killed.contains(attempt))
                    .forEach(attempt -> assertThat(now).isBefore(trueExpiry.get(attempt)));
            assertThat(alive.size()).isLessThanOrEqualTo(slots);
        }

        private Event next() {
            if (!pending.isEmpty() && random.nextInt(3) > 0) {
                return pending.remove(random.nextInt(pending.size()));
            }
            if (!alive.isEmpty() && random.nextInt(4) == 0) {
                return end(List.copyOf(alive).get(random.nextInt(alive.size())));
            }
            Instant due = machine.nextDue(now);
            now = due.isAfter(now) && random.nextBoolean() ? due : now.plusMillis(random.nextInt(2_000));
            return new Event.Tick();
        }

        private Event end(Attempt attempt) {
            alive.remove(attempt);
            if (killed.contains(attempt)) {
                return new Event.Gone(attempt);
            }
            stored.add(attempt);
            return new Event.Stored(attempt);
        }

        private void deliver(Event event) {
            if (event instanceof Event.Delivered answer) {
                delivered.add(answer.attempt());
            }
            for (Order order : machine.on(event, now, random.nextDouble())) {
                carryOut(order);
            }
        }

        private void carryOut(Order order) {
            switch (order) {
                case Order.Register register ->
                    answer(Call.REGISTER, Optional.empty(), new Event.Registered(now, now, pace()));
                case Order.Beat beat -> {
                    beat.running().forEach(job -> renew(new Attempt(job.id(), job.lease())));
                    answer(
                            Call.BEAT,
                            Optional.empty(),
                            new Event.Beaten(now, now, Duration.ofSeconds(20), Duration.ofSeconds(3), directives()));
                }
                case Order.Poll poll -> {
                    assertThat(poll.slots()).isBetween(1, slots);
                    answer(Call.POLL, Optional.empty(), new Event.Offered(offers(poll.slots())));
                }
                case Order.Report report -> {
                    renew(report.attempt());
                    answer(
                            Call.PROGRESS,
                            Optional.of(report.attempt()),
                            new Event.Renewed(report.attempt(), now, now.plus(TTL), wild && random.nextInt(9) == 0));
                }
                case Order.Deliver deliver -> {
                    assertThat(stored).contains(deliver.attempt());
                    answer(Call.DELIVER, Optional.of(deliver.attempt()), new Event.Delivered(deliver.attempt()));
                }
                case Order.Start start -> {
                    var attempt = new Attempt(start.offer().id(), start.offer().lease());
                    assertThat(started.add(attempt))
                            .as("an attempt starts once")
                            .isTrue();
                    alive.add(attempt);
                }
                case Order.Kill kill -> assertThat(killed.add(kill.attempt())).isTrue();
                default -> {}
            }
        }

        private Pace pace() {
            return new Pace(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(25));
        }

        /** Answers come late; some never, which is known after a while. */
        private void answer(Call call, Optional<Attempt> attempt, Event good) {
            boolean fails = wild && random.nextInt(3) == 0;
            var trouble = random.nextBoolean()
                    ? Trouble.lost("away")
                    : new Trouble(503, "UNAVAILABLE", Duration.ofSeconds(random.nextInt(5)));
            if (fails && call == Call.BEAT && random.nextInt(4) == 0) {
                trouble = new Trouble(404, "NODE_NOT_FOUND", Duration.ZERO);
            }
            pending.add(fails ? new Event.Troubled(call, attempt, trouble) : good);
        }

        private void renew(Attempt attempt) {
            trueExpiry.computeIfPresent(attempt, (same, until) -> now.plus(TTL));
        }

        private List<JobOffer> offers(int free) {
            int count = wild ? random.nextInt(free + 2) : 0;
            var offers = new ArrayList<JobOffer>();
            for (int i = 0; i < count; i++) {
                long token = ++tokens;
                var job = new UUID(0, random.nextInt(12));
                trueExpiry.put(new Attempt(job, token), now.plus(TTL));
                offers.add(new JobOffer(
                        job, "w", null, null, JobLimits.NONE, token, now.plus(TTL), 1, List.of(), null, null));
            }
            return offers;
        }

        private List<Directive> directives() {
            if (!wild || alive.isEmpty() || random.nextInt(5) > 0) {
                return List.of();
            }
            Attempt unlucky = alive.iterator().next();
            return List.of(Directive.stop(unlucky.job(), unlucky.lease(), "lost"));
        }
    }
}
