package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestValidator;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ContainerFacts;
import org.junit.jupiter.api.Test;

class FactsCheckTest {
    private final Challenge challenge = TestValidator.container(Members.NODE.address());
    private final String facts = String.join("\n", ContainerFacts.wanted(challenge)) + "\n";

    private static Seen end(int code) {
        return new Seen("id", Seen.State.EXITED, code, false, "why", null, null);
    }

    private String problem(String output) {
        return FactsCheck.problem(challenge, end(0), output);
    }

    private String withDigest(String facts) {
        return facts + ContainerFacts.digest(challenge, facts) + "  -\n";
    }

    @Test
    void what_is_well_has_no_problem_and_gives_its_facts_as_they_are() {
        assertThat(problem(withDigest(facts))).isEmpty();
        assertThat(FactsCheck.facts(withDigest(facts))).isEqualTo(facts);
    }

    /** A node that sent it would be found wrong, and it is only that something is not as it should be here. */
    @Test
    void what_a_validator_would_find_wrong_is_found_here() {
        assertThat(problem(withDigest(facts.replace("NoNewPrivs:1", "NoNewPrivs:0"))))
                .isEqualTo(
                        "a container was not closed in as it was asked for: [NoNewPrivs:0] in place of [NoNewPrivs:1]");
        assertThat(problem(facts + "0".repeat(64) + "  -\n"))
                .isEqualTo("a container did not make the digest of what it said");
        for (String output : new String[] {"", "\n", facts, "x"}) {
            assertThat(problem(output)).as(output).isNotEmpty();
        }
        assertThat(FactsCheck.problem(challenge, end(137), withDigest(facts)))
                .isEqualTo("a container ended with code 137: why");
    }
}
