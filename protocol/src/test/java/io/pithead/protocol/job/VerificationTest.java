package io.pithead.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.job.Verification.Mode;
import io.pithead.protocol.json.Checks.WrongMembersException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class VerificationTest {
    private static Verification replicate(
            @Nullable Integer replicas, @Nullable Integer quorum, @Nullable Integer maxReplicas) {
        return new Verification(Mode.REPLICATE, replicas, quorum, maxReplicas, null, null);
    }

    @ParameterizedTest
    @CsvSource({
        ",,,2,2,3",
        "2,,,2,2,3",
        "3,,,3,2,3",
        "4,,,4,3,5",
        ",3,,3,3,5",
        ",,5,3,3,5",
        "3,3,,3,3,5",
        "3,3,3,3,3,3",
        "2,2,2,2,2,2",
        "15,,,15,8,15",
        "15,15,,15,15,15"
    })
    void what_is_left_out_makes_sense_of_what_is_given(
            @Nullable Integer replicas,
            @Nullable Integer quorum,
            @Nullable Integer maxReplicas,
            int first,
            int needed,
            int most) {
        Verification verification = replicate(replicas, quorum, maxReplicas);
        assertThat(verification.firstReplicas()).isEqualTo(first);
        assertThat(verification.neededToAgree()).isEqualTo(needed);
        assertThat(verification.mostReplicas()).isEqualTo(most);
    }

    private static IntStream redundancies() {
        return IntStream.rangeClosed(2, Verification.MAX_REPLICAS);
    }

    /** Whatever is accepted: more than half of all that there may ever be must agree, and can. */
    @ParameterizedTest
    @MethodSource("redundancies")
    void every_redundancy_has_a_quorum_that_only_one_answer_can_have(int redundancy) {
        Verification verification = replicate(redundancy, null, null);
        assertThat(verification.firstReplicas()).isEqualTo(redundancy);
        assertThat(verification.neededToAgree()).isBetween(2, redundancy);
        assertThat(2 * verification.neededToAgree()).isGreaterThan(verification.mostReplicas());
        assertThat(verification.mostReplicas()).isBetween(redundancy, Verification.MAX_REPLICAS);
    }

    @Test
    void adaptive_replication_has_the_policy_of_replication() {
        var adaptive = new Verification(Mode.ADAPTIVE, 3, null, null, null, null);
        assertThat(adaptive.mostReplicas()).isEqualTo(replicate(3, null, null).mostReplicas());
        assertThatThrownBy(() -> new Verification(Mode.ADAPTIVE, 2, 2, 4, null, null))
                .hasMessageContaining("quorum");
        assertThatThrownBy(() -> new Verification(Mode.HASH, 2, null, null, null, null))
                .hasMessageContaining("is for modes replicate, adaptive and reexecute");
    }

    @Test
    void validators_are_asked_about_no_request_that_is_confidential() {
        var asked = new Verification(Mode.REEXECUTE, 3, null, null, null, false);
        assertThat(asked.mostReplicas()).isEqualTo(replicate(3, null, null).mostReplicas());
        assertThatThrownBy(() -> new Verification(Mode.REEXECUTE, 3, null, null, null, true))
                .hasMessageContaining("confidential");
    }

    @Test
    void a_policy_with_which_two_answers_could_have_a_quorum_is_none() {
        assertThatThrownBy(() -> replicate(2, 2, 4))
                .isInstanceOfSatisfying(
                        WrongMembersException.class,
                        e -> assertThat(e.problems()).containsOnlyKeys("quorum"));
    }

    @Test
    void only_what_is_compared_can_be_given_out_again() {
        assertThat(new Verification(Mode.ADAPTIVE, null, null, null, null, true).confidential())
                .isTrue();
        assertThatThrownBy(() -> new Verification(Mode.NONE, null, null, null, null, true))
                .hasMessageContaining("confidential");
    }
}
