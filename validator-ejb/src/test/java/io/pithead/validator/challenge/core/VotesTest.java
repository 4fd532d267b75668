package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Verdict;
import org.junit.jupiter.api.Test;

class VotesTest {
    @Test
    void good_is_said_once_and_bad_once_and_then_no_more() {
        assertThat(Votes.says(null, Verdict.VALID)).isTrue();
        assertThat(Votes.says(Verdict.VALID, Verdict.VALID)).isFalse();
        assertThat(Votes.says(null, Verdict.INVALID)).isTrue();
        assertThat(Votes.says(Verdict.VALID, Verdict.INVALID)).isTrue();
        assertThat(Votes.says(Verdict.INVALID, Verdict.INVALID)).isFalse();
        assertThat(Votes.says(Verdict.INVALID, Verdict.VALID)).isFalse();
        assertThat(Votes.says(null, Verdict.INCONCLUSIVE)).isFalse();
        assertThat(Votes.says(Verdict.VALID, Verdict.INCONCLUSIVE)).isFalse();
    }
}
