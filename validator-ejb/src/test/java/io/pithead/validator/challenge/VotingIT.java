package io.pithead.validator.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.ValidatorVotes.Outcome;
import io.pithead.coordinator.chain.ValidatorVotes.Vote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said on a chain of what was attested; the chain is the test's. */
class VotingIT {
    private static final String NODE = "0x" + "0a".repeat(20);
    private static final String OTHER = "0x" + "0b".repeat(20);

    private ValidatorRig rig;
    private final List<String> cast = new ArrayList<>();
    private Outcome outcome = Outcome.CAST;
    private boolean away;

    @BeforeEach
    void open() throws IOException {
        rig = new ValidatorRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Voting voting() {
        return new Voting(rig.database, this::cast, () -> rig.now);
    }

    private Outcome cast(String node, Vote vote, String reason) {
        if (away) {
            throw new IllegalStateException("the chain is away");
        }
        cast.add(vote + " " + node + " " + reason);
        return outcome;
    }

    private String attested(String node, String verdict, boolean published) {
        return rig.text(
                "insert into validator.attestation (challenge_id, node, validator, verdict, digest, document, made_at,"
                        + " published_at) values (?, ?, '0x' || repeat('0c', 20), ?, md5(random()::text)"
                        + " || md5(random()::text), '{}', now(), case when ? then now() end) returning digest",
                UUID.randomUUID(),
                node,
                verdict,
                published);
    }

    @Test
    void a_node_is_approved_at_its_first_valid_one_and_rejected_at_its_first_invalid_one() {
        attested(NODE, "INCONCLUSIVE", true);
        String first = attested(NODE, "VALID", true);
        Voting voting = voting();
        voting.round();
        attested(NODE, "VALID", true);
        voting.round();
        String caught = attested(NODE, "INVALID", true);
        voting.round();
        attested(NODE, "VALID", true);
        attested(NODE, "INVALID", true);
        voting.round();
        voting().round();

        assertThat(cast)
                .containsExactly(
                        "APPROVE " + NODE + " attestation " + first, "REJECT " + NODE + " attestation " + caught);
        assertThat(rig.column("select verdict from validator.vote")).containsExactly("INVALID");
    }

    @Test
    void of_many_of_one_node_in_one_round_each_is_weighed_after_the_one_before() {
        String first = attested(NODE, "VALID", true);
        attested(NODE, "VALID", true);
        String caught = attested(NODE, "INVALID", true);
        attested(NODE, "VALID", true);
        voting().round();

        assertThat(cast)
                .containsExactly(
                        "APPROVE " + NODE + " attestation " + first, "REJECT " + NODE + " attestation " + caught);
    }

    @Test
    void what_nobody_was_told_of_is_not_voted_on() {
        attested(NODE, "VALID", false);
        voting().round();

        assertThat(cast).isEmpty();
    }

    @Test
    void a_node_that_the_chain_does_not_know_yet_is_approved_after_its_next_one() {
        outcome = Outcome.NO_NODE;
        attested(NODE, "VALID", true);
        Voting voting = voting();
        voting.round();
        outcome = Outcome.CAST;
        attested(NODE, "VALID", true);
        voting.round();
        voting.round();

        assertThat(cast).hasSize(2).allMatch(vote -> vote.startsWith("APPROVE"));
    }

    @Test
    void one_that_was_caught_before_the_chain_knew_it_is_never_approved() {
        outcome = Outcome.NO_NODE;
        attested(NODE, "INVALID", true);
        Voting voting = voting();
        voting.round();
        outcome = Outcome.CAST;
        attested(NODE, "VALID", true);
        voting.round();

        assertThat(cast).hasSize(1).allMatch(vote -> vote.startsWith("REJECT"));
    }

    @Test
    void a_chain_that_is_away_is_asked_again_and_one_node_stops_no_other_for_ever() {
        attested(NODE, "VALID", true);
        attested(OTHER, "VALID", true);
        away = true;
        Voting voting = voting();
        for (int i = 0; i < 9; i++) {
            voting.round();
        }
        away = false;
        voting.round();
        assertThat(cast).hasSize(2);

        cast.clear();
        attested("0x" + "0d".repeat(20), "VALID", true);
        away = true;
        for (int i = 0; i < 10; i++) {
            voting.round();
        }
        away = false;
        attested("0x" + "0e".repeat(20), "VALID", true);
        voting.round();
        assertThat(cast).hasSize(1).allMatch(vote -> vote.contains("0e0e"));
    }
}
