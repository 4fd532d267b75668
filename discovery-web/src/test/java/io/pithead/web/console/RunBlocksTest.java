package io.pithead.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.run.RunView;
import io.pithead.protocol.run.RunView.Escrow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunBlocksTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Made a day ago, with a budget of 100, over in ten days. */
    private static RunView run(String state, String credited) {
        return new RunView(
                new UUID(0, 1),
                "pool",
                31_337,
                1L,
                state,
                "0x" + "0a".repeat(20),
                "0x" + "0b".repeat(20),
                null,
                "https://discovery.example",
                null,
                10,
                1_000,
                NOW.plus(Duration.ofDays(10)),
                "100.000000",
                new Escrow("100.000000", credited, "0.000000", "0.000000"),
                2,
                null,
                NOW.minus(Duration.ofDays(1)));
    }

    private static String told(RunView run) {
        return RunBlocks.budget(run, NOW).toString();
    }

    @Test
    void a_budget_says_how_much_is_gone_and_how_long_it_lasts() {
        assertThat(told(run("OPEN", "20.000000"))).contains("percent=20", "used up in 4 days, before the run ends");
        assertThat(told(run("OPEN", "5.000000"))).contains("percent=5", "it lasts until the run ends");
        assertThat(told(run("OPEN", "0.000001"))).contains("percent=0", "it lasts until the run ends");
    }

    @Test
    void where_there_is_no_pace_there_is_no_guess() {
        assertThat(told(run("OPEN", "0.000000"))).contains("nothing is gone yet");
        assertThat(told(run("OPEN", "100.000000"))).contains("percent=100", "all of it is gone");
        assertThat(told(run("ENDED", "20.000000"))).contains("it is over");
    }

    @Test
    void nodes_stand_in_a_ring_and_are_counted_in_words() {
        List<RunNode> nodes = List.of(node("HEALTHY"), node("HEALTHY"), node("DEAD"), node("WAITING_FOR_HEARTBEAT"));
        var ring = (Block.Ring) RunBlocks.topology(nodes);
        assertThat(ring.said()).endsWith("1 dead, 2 healthy, 1 waiting for heartbeat");
        assertThat(ring.spokes())
                .extracting(Block.Spoke::tone)
                .containsExactly(Tone.GOOD, Tone.GOOD, Tone.BAD, Tone.CALM);
        assertThat(List.of(ring.x(0), ring.y(0), ring.x(1), ring.y(1))).containsExactly("0.0", "-88.0", "88.0", "-0.0");
    }

    private static RunNode node(String state) {
        return new RunNode("0x" + "0c".repeat(20), "0x" + "0d".repeat(20), state, "said so", NOW, null);
    }
}
