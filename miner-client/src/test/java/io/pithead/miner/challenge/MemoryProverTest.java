package io.pithead.miner.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestValidator;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.Judge;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryProverTest {
    private static final Prover.Progress NOBODY = (done, all) -> {};

    private static Challenge challenge(int mib, int turns) {
        return TestValidator.memory(Members.NODE.address(), mib, turns);
    }

    private static Commitment signed(Challenge challenge, MemoryProver prover) {
        return prover.commitment().signed(challenge.chain(), Members.NODE);
    }

    /** As it goes through the wire. */
    @Test
    void whoever_fills_and_holds_is_judged_valid() throws Exception {
        for (int mib = 1; mib <= 3; mib++) {
            Challenge challenge = challenge(mib, mib);
            try (var crew = new Crew(mib)) {
                MemoryProver prover = MemoryProver.commit(challenge, crew, NOBODY);
                Commitment commitment = signed(challenge, prover);
                Question question = TestValidator.question(challenge, commitment, TestValidator.KEY);
                byte[] body = Json.write(prover.open(question).signed(challenge.chain(), Members.NODE));
                assertThat(body.length).isLessThan(Opening.maxBytes(challenge));
                var answers = new Answers(
                        commitment,
                        challenge.issuedAt(),
                        question,
                        Json.read(body, Opening.class),
                        challenge.issuedAt());
                assertThat(Judge.fault(challenge, answers)).isEmpty();
            }
        }
    }

    @Test
    void progress_counts_up_to_all_of_it() throws Exception {
        var heard = new ArrayList<Integer>();
        try (var crew = new Crew(2)) {
            MemoryProver.commit(challenge(5, 1), crew, (done, all) -> heard.add(done));
        }
        assertThat(heard).containsExactly(1, 2, 3, 4, 5);
    }

    /** What a machine's memory lost would be held against its node. */
    @Test
    void what_is_not_what_it_was_is_not_answered() throws Exception {
        Challenge challenge = challenge(1, 1);
        try (var crew = new Crew(1)) {
            MemoryProver prover = MemoryProver.commit(challenge, crew, NOBODY);
            Question question = TestValidator.question(challenge, signed(challenge, prover), TestValidator.KEY);
            for (int page = 0; page < MemoryPages.PER_MIB; page++) {
                prover.pages[0][page * MemoryPages.LONGS + 17] ^= 1;
            }
            assertThatThrownBy(() -> prover.open(question))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("is not what it was");
        }
    }

    @Test
    void a_prover_that_is_interrupted_stops() throws Exception {
        var ended = new AtomicReference<Throwable>();
        try (var crew = new Crew(1)) {
            Thread prover = Thread.ofPlatform().start(() -> {
                try {
                    Thread.currentThread().interrupt();
                    MemoryProver.commit(challenge(4_096, 1_024), crew, NOBODY);
                } catch (Throwable e) {
                    ended.set(e);
                }
            });
            prover.join(60_000);
            assertThat(prover.isAlive()).isFalse();
        }
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }
}
