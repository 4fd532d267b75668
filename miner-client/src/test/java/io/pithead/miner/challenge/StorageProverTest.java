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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageProverTest {
    private static final Prover.Progress NOBODY = (done, all) -> {};

    @TempDir
    private Path folder;

    private static Challenge challenge(int mib) {
        return TestValidator.storage(Members.NODE.address(), mib);
    }

    private static Commitment signed(Challenge challenge, StorageProver prover) {
        return prover.commitment().signed(challenge.chain(), Members.NODE);
    }

    /** As it goes through the wire. */
    @Test
    void whoever_writes_and_reads_back_is_judged_valid() throws Exception {
        for (int mib = 1; mib <= 3; mib++) {
            Challenge challenge = challenge(mib);
            try (StorageProver prover = StorageProver.commit(challenge, folder, NOBODY)) {
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

    /** Whatever ends the process, nothing of it stays. */
    @Test
    void its_file_has_no_name_while_it_is_there() throws Exception {
        var named = new ArrayList<Boolean>();
        try (StorageProver prover = StorageProver.commit(
                challenge(2), folder, (done, all) -> named.add(folder.toFile().list().length > 0))) {
            assertThat(prover.file.size()).isEqualTo(2 << 20);
            assertThat(folder).isEmptyDirectory();
        }
        assertThat(named).containsExactly(false, false);
        assertThat(folder).isEmptyDirectory();
    }

    /** What a disk lost would be held against its node. */
    @Test
    void what_is_not_what_was_written_is_not_answered() throws Exception {
        Challenge challenge = challenge(1);
        try (StorageProver prover = StorageProver.commit(challenge, folder, NOBODY)) {
            Question question = TestValidator.question(challenge, signed(challenge, prover), TestValidator.KEY);
            for (int page = 0; page < MemoryPages.PER_MIB; page++) {
                prover.file.write(ByteBuffer.wrap(new byte[8]), (long) page * MemoryPages.BYTES + 136);
            }
            prover.file.force(true);
            assertThatThrownBy(() -> prover.open(question))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("is not what was written");
        }
    }

    @Test
    void more_than_half_of_what_is_free_is_not_written() {
        assertThatThrownBy(() -> StorageProver.commit(challenge(65_536), folder, NOBODY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too little room");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_prover_that_is_interrupted_stops() throws Exception {
        var ended = new AtomicReference<Throwable>();
        Thread prover = Thread.ofPlatform().start(() -> {
            try {
                Thread.currentThread().interrupt();
                StorageProver.commit(challenge(1_024), folder, NOBODY).close();
            } catch (Throwable e) {
                ended.set(e);
            }
        });
        prover.join(60_000);
        assertThat(prover.isAlive()).isFalse();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
