package io.pithead.miner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.agent.AgentStatus;
import io.pithead.miner.challenge.ChallengesView;
import io.pithead.miner.config.Key;
import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestAgent;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.miner.testing.TestValidator;
import io.pithead.protocol.challenge.Challenge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent that is challenged while it works. */
class ChallengeIT {
    @TempDir
    private Path temp;

    private TestCoordinator coordinator;
    private Path workDir;

    @BeforeEach
    void startCoordinator() throws IOException {
        coordinator = new TestCoordinator();
        workDir = temp.resolve("work");
    }

    @AfterEach
    void stopCoordinator() {
        coordinator.close();
    }

    private TestAgent agent(Map<Key, String> settings) throws Exception {
        return TestAgent.start(coordinator, workDir, settings, Optional.of(Members.NODE));
    }

    private ChallengesView awaitStatus(String what, java.util.function.Predicate<ChallengesView> seen)
            throws InterruptedException {
        return coordinator.await(what, () -> status().filter(seen));
    }

    private Optional<ChallengesView> status() {
        try {
            return AgentStatus.read(workDir.resolve("status.json"))
                    .flatMap(status -> Optional.ofNullable(status.challenges()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_node_at_work_answers_beside_it_and_says_so() throws Exception {
        UUID job = coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 9_000_000_000L));
        try (var agent = agent(Map.of())) {
            coordinator.awaitTrue("the job", c -> c.isLeased(job));
            Challenge challenge = TestValidator.challenge(Members.NODE.address(), 512);
            coordinator.challenges().offer(challenge);
            ChallengesView view = awaitStatus("an answer", seen -> seen.answered() == 1);
            assertThat(requireNonNull(view.last()).id()).isEqualTo(challenge.id());
            assertThat(TestValidator.fault(challenge, coordinator.challenges().heard(challenge.id())))
                    .isEmpty();
            assertThat(coordinator.isLeased(job)).isTrue();
            assertThat(coordinator.failures()).isEmpty();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_file_is_written_and_read_back_and_nothing_of_it_stays() throws Exception {
        Challenge challenge = TestValidator.storage(Members.NODE.address(), 64);
        coordinator.challenges().offer(challenge);
        try (var agent = agent(Map.of())) {
            awaitStatus("an answer", seen -> seen.answered() == 1);
            assertThat(agent.hasEnded()).isFalse();
        }
        assertThat(TestValidator.fault(challenge, coordinator.challenges().heard(challenge.id())))
                .isEmpty();
        assertThat(workDir.resolve("challenge").resolve("pages")).doesNotExist();
    }

    @Test
    void an_owner_who_gives_no_disk_writes_no_file() throws Exception {
        coordinator.challenges().offer(TestValidator.storage(Members.NODE.address(), 64));
        try (var agent = agent(Map.of(Key.CHALLENGE_DISK_MB, "0"))) {
            ChallengesView view = awaitStatus("a refusal", seen -> seen.refused() == 1);
            assertThat(requireNonNull(view.last()).why()).isEqualTo("TOO_LARGE");
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_stream_is_answered_by_a_whole_agent() throws Exception {
        String key = "ab".repeat(32);
        coordinator.challenges().stream(key, key);
        Challenge challenge = TestValidator.line(Members.NODE.address(), key, 8);
        coordinator.challenges().offer(challenge);
        try (var agent = agent(Map.of())) {
            awaitStatus("an answer", seen -> seen.answered() == 1);
            assertThat(agent.hasEnded()).isFalse();
        }
        assertThat(TestValidator.fault(challenge, coordinator.challenges().heard(challenge.id())))
                .isEmpty();
    }

    @Test
    void the_owners_word_is_kept_by_the_agent() throws Exception {
        Challenge challenge = TestValidator.challenge(Members.NODE.address(), 512);
        coordinator.challenges().offer(challenge);
        try (var agent = agent(Map.of(Key.CHALLENGE_RAM_MB, "64"))) {
            ChallengesView view = awaitStatus("a refusal", seen -> seen.refused() == 1);
            assertThat(requireNonNull(view.last()).why()).isEqualTo("TOO_LARGE");
            assertThat(agent.hasEnded()).isFalse();
        }
        assertThat(coordinator.challenges().heard(challenge.id()).commitment()).isNull();
    }

    @Test
    void a_coordinator_that_goes_away_after_the_commitment_is_answered_when_it_is_back() throws Exception {
        coordinator.challenges().askBy(Optional.empty());
        Challenge challenge = TestValidator.challenge(Members.NODE.address(), 256);
        coordinator.challenges().offer(challenge);
        try (var agent = agent(Map.of())) {
            awaitStatus(
                    "the wait for a question",
                    seen -> seen.running() != null && seen.running().stage() == ChallengesView.Stage.WAITING);
            coordinator.goAway();
            coordinator.challenges().askBy(Optional.of(TestValidator.KEY));
            coordinator.comeBack();
            awaitStatus("an answer", seen -> seen.answered() == 1);
            assertThat(agent.hasEnded()).isFalse();
        }
        assertThat(TestValidator.fault(challenge, coordinator.challenges().heard(challenge.id())))
                .isEmpty();
    }
}
