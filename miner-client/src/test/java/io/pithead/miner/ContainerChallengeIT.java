package io.pithead.miner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.agent.AgentStatus;
import io.pithead.miner.challenge.ChallengesView;
import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestAgent;
import io.pithead.miner.testing.TestValidator;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.node.MinerCapabilities;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A whole agent that is asked for a container, on a real engine. */
class ContainerChallengeIT extends ContainerScene {
    private TestAgent node(Map<Key, String> more) throws Exception {
        return TestAgent.start(coordinator, workDir, settings(more), Optional.of(Members.NODE));
    }

    private void awaitAnswers(int wanted) throws InterruptedException {
        coordinator.awaitTrue(
                "an answer", any -> view().map(ChallengesView::answered).orElse(0L) == wanted);
    }

    private Optional<ChallengesView> view() {
        try {
            return AgentStatus.read(workDir.resolve("status.json"))
                    .flatMap(status -> Optional.ofNullable(status.challenges()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private MinerCapabilities last() {
        return coordinator.registrations().getLast();
    }

    private boolean claims() {
        return !coordinator.registrations().isEmpty()
                && requireNonNull(last().challenges()).contains("CONTAINER")
                && requireNonNull(last().hardware()).docker() != null
                && last().workloads().contains("container");
    }

    private Challenge asked() {
        Challenge challenge = TestValidator.container(Members.NODE.address());
        coordinator.challenges().offer(challenge);
        return challenge;
    }

    private Optional<VerdictReason> fault(Challenge challenge) {
        return TestValidator.fault(challenge, coordinator.challenges().heard(challenge.id()));
    }

    private String said(Challenge challenge) {
        return requireNonNull(coordinator.challenges().heard(challenge.id()).opening())
                .rows()
                .getFirst()
                .bytes(challenge.entries())
                .flatMap(ContainerFacts::text)
                .orElseThrow();
    }

    @Test
    void a_container_runs_closed_in_and_answers_and_nothing_of_it_stays() throws Exception {
        try (var agent = node(Map.of())) {
            coordinator.awaitTrue("a claim", any -> claims());
            Challenge challenge = asked();
            awaitAnswers(1);
            assertThat(said(challenge)).contains("pids:" + ContainerFacts.pids(challenge) + "\n", "root:closed");
            assertThat(fault(challenge)).isEmpty();
            assertThat(engine.docker("ps", "-aq")).isBlank();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void an_engine_that_is_away_is_said_to_be_and_is_no_longer_claimed() throws Exception {
        try (var agent = node(Map.of())) {
            coordinator.awaitTrue("a claim", any -> claims());
            engine.stop();
            try {
                Challenge challenge = asked();
                awaitAnswers(1);
                assertThat(fault(challenge)).hasValue(VerdictReason.NO_CONTAINER);
                assertThat(ContainerFacts.whyNone(said(challenge))).isPresent();
                coordinator.awaitTrue("no claim", any -> !claims());
                assertThat(last().challenges()).doesNotContain("CONTAINER");
                assertThat(requireNonNull(last().hardware()).docker()).isNull();
                assertThat(last().workloads()).doesNotContain("container");
            } finally {
                engine.startAgain();
            }
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void an_owner_who_wants_no_containers_claims_none_and_runs_none() throws Exception {
        try (var agent = node(Map.of(Key.CONTAINERS, "off"))) {
            coordinator.awaitTrue("a registration", c -> !c.registrations().isEmpty());
            assertThat(claims()).isFalse();
            Challenge challenge = asked();
            awaitAnswers(1);
            assertThat(fault(challenge)).hasValue(VerdictReason.NO_CONTAINER);
            assertThat(ContainerFacts.whyNone(said(challenge)))
                    .hasValue("this miner runs no containers, as its owner says");
            assertThat(agent.hasEnded()).isFalse();
        }
    }
}
