package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeCheckTest {
    private static final List<String> GOOD = List.of(
            "Name:\tsh",
            "CapEff:\t0000000000000000",
            "CapBnd:\t0000000000000000",
            "NoNewPrivs:\t1",
            "Seccomp:\t2",
            "pids=" + ProbeCheck.PIDS,
            "memory=" + (ProbeCheck.MEMORY_MB << 20));

    private static Seen end(int code, String error) {
        return new Seen("id", Seen.State.EXITED, code, false, error, null, null);
    }

    private static String problem(List<String> lines) {
        return ProbeCheck.problem(end(0, ""), String.join("\n", lines));
    }

    @Test
    void a_container_that_is_closed_in_has_no_problem_with_blanks_or_tabs() {
        assertThat(problem(GOOD)).isEmpty();
        assertThat(problem(
                        GOOD.stream().map(line -> " " + line.replace('\t', ' ')).toList()))
                .isEmpty();
    }

    @Test
    void each_wall_that_is_missing_is_named() {
        for (String wall : GOOD.subList(1, GOOD.size())) {
            assertThat(problem(GOOD.stream().filter(line -> !line.equals(wall)).toList()))
                    .as(wall)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CapEff:\t0000000000000000, CapEff:\t00000000a80425fb, a container has capabilities",
        "NoNewPrivs:\t1, NoNewPrivs:\t0, a container could gain privileges",
        "Seccomp:\t2, Seccomp:\t0, the engine filters no system calls",
        "pids=77, pids=max, the limit of processes does not hold",
        "memory=50331648, memory=max, the limit of memory does not hold"
    })
    void a_wall_that_is_open_is_named(String good, String bad, String problem) {
        assertThat(problem(GOOD.stream()
                        .map(line -> line.equals(good) ? bad : line)
                        .toList()))
                .isEqualTo(problem);
    }

    @Test
    void whether_it_makes_digests_is_seen_and_is_no_wall() {
        assertThat(ProbeCheck.makesSums(String.join("\n", GOOD))).isFalse();
        assertThat(ProbeCheck.makesSums(String.join("\n", GOOD) + "\nsums=there\n"))
                .isTrue();
    }

    @Test
    void a_root_that_can_be_written_and_an_end_that_is_none_are_told() {
        var writable = new java.util.ArrayList<>(GOOD);
        writable.add("root=writable");
        assertThat(problem(writable)).isEqualTo("a container can write to its root");
        assertThat(ProbeCheck.problem(end(126, "exec format error"), String.join("\n", GOOD)))
                .isEqualTo("a container ended with code 126: exec format error");
    }
}
