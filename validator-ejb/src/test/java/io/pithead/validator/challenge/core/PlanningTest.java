package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Mode;
import io.pithead.validator.challenge.core.Planning.Due;
import io.pithead.validator.challenge.core.Planning.Leave;
import io.pithead.validator.challenge.core.Planning.Past;
import io.pithead.validator.challenge.core.Planning.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanningTest {
    private static final String ME = "0x" + "a".repeat(40);
    private static final String OTHER = "0x" + "c".repeat(40);
    private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
    private static final Duration EPOCH = Duration.ofMinutes(15);
    private static final List<String> KINDS = List.of("COMPUTE", "MEMORY", "STORAGE", "NETWORK", "CONTAINER");
    private static final Past KNOWN = new Past(NOW, true);
    private static final Planning ALONE = among(List.of());

    private static Planning among(List<String> validators) {
        return new Planning(
                ME,
                validators,
                EPOCH,
                new ChallengePolicy(Duration.ofSeconds(2), 0.1, 4, Duration.ofSeconds(30), 20),
                new MemoryPolicy(
                        0.25, Duration.ofMinutes(2), 0.1, 4, Duration.ofSeconds(30), Duration.ofSeconds(6), 20),
                new StoragePolicy(0.1, 512, 0.01, 4, Duration.ofSeconds(30), Duration.ofSeconds(15), 20),
                new NetworkPolicy(0.1, 8, 4, Duration.ofSeconds(30), Duration.ofSeconds(60), 20),
                new ContainerPolicy(0.05, 4, Duration.ofSeconds(30)),
                new Duty(0.005, Duration.ofHours(1)),
                2e9);
    }

    private static ClaimedNode node(int number, boolean online, @Nullable Hardware hardware) {
        return new ClaimedNode(
                "0x" + "b".repeat(32) + String.format("%08x", number),
                Mode.CPU,
                false,
                hardware,
                25_600L,
                KINDS,
                online,
                NOW);
    }

    private static Hardware machine(int cores, long ramMb) {
        return new Hardware(new Hardware.Cpu("c", cores, 2 * cores, "amd64"), ramMb, null, null, null, null, null);
    }

    @Test
    void a_new_node_is_due_at_once_with_what_fits_it() {
        var due = (Due) ALONE.decide(node(1, true, machine(8, 32_768)), null, 0, 1, NOW);

        // the cube root of 2 s of eight cores at 2·10^9 is 3,174
        assertThat(due.size()).isEqualTo(3_136);
        assertThat(due.rows()).isEqualTo(20);
        assertThat(due.work()).isBetween(Duration.ofMillis(1_900), Duration.ofMillis(2_000));
        assertThat(due.commitWithin()).isBetween(Duration.ofSeconds(37), Duration.ofSeconds(38));
        assertThat(due.next()).isEqualTo(NOW.plus(new Duty(0.005, Duration.ofHours(1)).rest(due.work())));
    }

    @Test
    void little_memory_makes_it_small_and_too_little_leaves_the_node_alone() {
        assertThat(((Due) ALONE.decide(node(1, true, machine(8, 64)), null, 0, 1, NOW)).size())
                .isEqualTo(1_024);
        assertThat(ALONE.decide(node(1, true, machine(8, 2)), null, 0, 1, NOW)).isEqualTo(new Leave(Reason.TOO_WEAK));
    }

    @Test
    void a_node_that_says_nothing_of_itself_is_one_core() {
        assertThat(((Due) ALONE.decide(node(1, true, null), null, 0, 1, NOW)).size())
                .isEqualTo(1_536);
    }

    @Test
    void nobody_is_asked_before_it_is_due_or_while_it_is_away() {
        Hardware machine = machine(8, 32_768);
        assertThat(ALONE.decide(node(1, true, machine), new Past(NOW.plusMillis(1), true), 0, 1, NOW))
                .isEqualTo(new Leave(Reason.NOT_YET));
        assertThat(ALONE.decide(node(1, true, machine), KNOWN, 0, 1, NOW)).isInstanceOf(Due.class);
        assertThat(ALONE.decide(node(1, false, machine), null, 0, 1, NOW)).isEqualTo(new Leave(Reason.OFFLINE));
    }

    @Test
    void of_two_validators_one_asks_and_in_time_both_do() {
        Planning mine = among(List.of(ME, OTHER));
        Planning others = new Planning(
                OTHER,
                mine.validators(),
                EPOCH,
                mine.challenges(),
                mine.memory(),
                mine.storage(),
                mine.network(),
                mine.container(),
                mine.duty(),
                mine.coreSpeed());
        int asked = 0;
        for (int epoch = 0; epoch < 40; epoch++) {
            Instant now = NOW.plus(EPOCH.multipliedBy(epoch));
            var here = mine.decide(node(1, true, null), null, 0, 1, now);
            var there = others.decide(node(1, true, null), null, 0, 1, now);
            assertThat(List.of(here, there)).containsOnlyOnce(new Leave(Reason.OTHERS));
            asked += here instanceof Due ? 1 : 0;
        }

        assertThat(asked).isBetween(1, 39);
    }

    @Test
    void a_node_that_is_known_is_asked_for_memory_now_and_then() {
        Hardware machine = machine(8, 32_768);
        var due = (Due) ALONE.decide(node(1, true, machine), KNOWN, 0, 0.24, NOW);

        assertThat(due.kind()).isEqualTo(ChallengeKind.MEMORY);
        assertThat(due.size()).isEqualTo(3_276);
        assertThat(due.rows()).isEqualTo(20);
        assertThat(due.turns()).isEqualTo(13);
        assertThat(due.openWithin()).isEqualTo(Duration.ofSeconds(6));
        assertThat(due.work()).isBetween(Duration.ofSeconds(110), Duration.ofSeconds(120));
        assertThat(due.rest()).isEqualTo(new Duty(0.005, Duration.ofHours(1)).rest(due.work()));
        assertThat(due.next()).isEqualTo(NOW.plus(due.rest()));
        for (var other : List.of(
                ALONE.decide(node(1, true, machine), KNOWN, 0, 0.45, NOW),
                ALONE.decide(node(1, true, machine), null, 0, 0, NOW),
                ALONE.decide(node(1, true, machine), new Past(NOW, false), 0, 0, NOW),
                ALONE.decide(node(1, true, machine(8, 600)), KNOWN, 0, 0, NOW))) {
            assertThat(((Due) other).kind()).isEqualTo(ChallengeKind.COMPUTE);
            assertThat(((Due) other).turns()).isNull();
        }
    }

    @Test
    void a_node_that_answers_it_is_asked_for_a_file_now_and_then() {
        Hardware machine = machine(8, 32_768);
        for (double drawn : new double[] {0.25, 0.34}) {
            var due = (Due) ALONE.decide(node(1, true, machine), KNOWN, 0, drawn, NOW);
            assertThat(due.kind()).isEqualTo(ChallengeKind.STORAGE);
            // a hundredth of 25 GiB
            assertThat(due.size()).isEqualTo(256);
            assertThat(due.turns()).isEqualTo(1);
            assertThat(due.openWithin()).isEqualTo(Duration.ofSeconds(15));
            assertThat(due.work()).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
            assertThat(due.next()).isEqualTo(NOW.plus(due.rest()));
        }
        for (var other : List.of(
                said(25_600L, List.of("COMPUTE", "MEMORY")),
                said(25_600L, null),
                said(6_399L, KINDS),
                said(null, KINDS))) {
            assertThat(((Due) ALONE.decide(other, KNOWN, 0, 0.3, NOW)).kind()).isEqualTo(ChallengeKind.COMPUTE);
        }
        assertThat(((Due) ALONE.decide(said(25_600L, List.of("COMPUTE")), KNOWN, 0, 0, NOW)).kind())
                .isEqualTo(ChallengeKind.COMPUTE);
        assertThat(((Due) ALONE.decide(said(25_600L, null), KNOWN, 0, 0, NOW)).kind())
                .isEqualTo(ChallengeKind.MEMORY);
    }

    @Test
    void a_node_that_answers_it_is_sent_a_stream_now_and_then() {
        Hardware machine = machine(8, 32_768);
        for (double drawn : new double[] {0.35, 0.44}) {
            var due = (Due) ALONE.decide(node(1, true, machine), KNOWN, 0, drawn, NOW);
            assertThat(due.kind()).isEqualTo(ChallengeKind.NETWORK);
            assertThat(due.size()).isEqualTo(8);
            assertThat(due.rows()).isEqualTo(20);
            assertThat(due.turns()).isNull();
            assertThat(due.openWithin()).isEqualTo(Duration.ofSeconds(60));
            assertThat(due.work()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
            assertThat(due.next()).isEqualTo(NOW.plus(due.rest()));
        }
        for (var other : List.of(
                ALONE.decide(said(25_600L, List.of("COMPUTE", "STORAGE")), KNOWN, 0, 0.4, NOW),
                ALONE.decide(said(25_600L, null), KNOWN, 0, 0.4, NOW),
                ALONE.decide(node(1, true, machine), null, 0, 0.4, NOW))) {
            assertThat(((Due) other).kind()).isEqualTo(ChallengeKind.COMPUTE);
        }
    }

    @Test
    void a_node_that_has_an_engine_and_answers_it_is_asked_for_a_container_now_and_then() {
        Hardware bare = machine(8, 32_768);
        Hardware engine = withEngine(bare);
        for (double drawn : new double[] {0.45, 0.49}) {
            var due = (Due) ALONE.decide(node(1, true, engine), KNOWN, 0, drawn, NOW);
            assertThat(due.kind()).isEqualTo(ChallengeKind.CONTAINER);
            assertThat(due.size()).isEqualTo(48);
            assertThat(due.rows()).isEqualTo(1);
            assertThat(due.turns()).isNull();
            assertThat(due.commitWithin()).isEqualTo(Duration.ofSeconds(38));
            assertThat(due.openWithin()).isEqualTo(Duration.ofSeconds(30));
            // two seconds of work, two hundred times that until the next
            assertThat(due.rest()).isBetween(Duration.ofSeconds(398), Duration.ofSeconds(400));
        }
        var silent = new ClaimedNode(
                "0x" + "b".repeat(40), Mode.CPU, false, engine, 25_600L, List.of("COMPUTE", "NETWORK"), true, NOW);
        for (var other : List.of(
                ALONE.decide(node(1, true, bare), KNOWN, 0, 0.47, NOW),
                ALONE.decide(silent, KNOWN, 0, 0.47, NOW),
                ALONE.decide(node(1, true, engine), KNOWN, 0, 0.51, NOW),
                ALONE.decide(node(1, true, engine), null, 0, 0.47, NOW))) {
            assertThat(((Due) other).kind()).isEqualTo(ChallengeKind.COMPUTE);
        }
    }

    private static ClaimedNode said(@Nullable Long diskMb, @Nullable List<String> kinds) {
        return new ClaimedNode("0x" + "b".repeat(40), Mode.CPU, false, machine(8, 32_768), diskMb, kinds, true, NOW);
    }

    private static Hardware withEngine(Hardware bare) {
        return new Hardware(bare.cpu(), bare.ramMb(), null, null, new Hardware.Docker("28.2.2", false), null, null);
    }

    /** Whatever is drawn, of whatever machine: between two challenges there is at least two hundred times what the first may take. */
    @Property
    void challenges_of_all_kinds_together_take_no_more_than_their_share(
            @ForAll @IntRange(min = 1, max = 256) int cores,
            @ForAll @LongRange(min = 1, max = 4_000_000) long ramMb,
            @ForAll @LongRange(min = 0, max = 100_000_000) long diskMb,
            @ForAll @DoubleRange(min = 0, max = 0.99) double drawn,
            @ForAll @DoubleRange(min = 0, max = 0.99) double kindDrawn) {
        var node = new ClaimedNode(
                "0x" + "b".repeat(40), Mode.CPU, false, withEngine(machine(cores, ramMb)), diskMb, KINDS, true, NOW);

        if (ALONE.decide(node, KNOWN, drawn, kindDrawn, NOW) instanceof Due due) {
            assertThat((double) due.work().toNanos()
                            / Duration.between(NOW, due.next()).toNanos())
                    .isLessThanOrEqualTo(0.005);
            assertThat(due.commitWithin().plus(due.openWithin())).isLessThan(Duration.ofMinutes(30));
        }
    }
}
