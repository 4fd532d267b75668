package io.pithead.miner.challenge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.challenge.ChallengesView.Outcome;
import io.pithead.miner.challenge.ChallengesView.Stage;
import io.pithead.miner.challenge.core.Share;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.miner.config.Secret;
import io.pithead.miner.config.TorchConfig;
import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestChallenges;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.miner.testing.TestValidator;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Challenges as a hostile coordinator, or one that is away, may bring them, proved in real processes. */
class ChallengesTest {
    private static final Address NODE = Members.NODE.address();
    private static final String KEY = "ab".repeat(32);
    private static final String OTHER_KEY = "cd".repeat(32);
    private static final Share SHARE = new Share(1, 1_024, JavaMultiplier.ROWS, 1, 4);
    private static final int SIZE = 100;

    @TempDir
    private Path dir;

    private final TestCoordinator coordinator = new TestCoordinator();
    private final TestChallenges carried = coordinator.challenges();
    private final CoordinatorApi api = new CoordinatorApi(
            new CoordinatorConfig(coordinator.url(), Optional.empty()),
            Optional.of(new Secret(TestCoordinator.KEY)),
            InstantSource.system());

    private ContainerTrial trial = ContainerTrial.off();

    ChallengesTest() throws IOException {}

    @AfterEach
    void close() {
        api.close();
        coordinator.close();
    }

    private Challenges challenges(Share share, Duration ahead) {
        var children = new ChildSettings(5, 1, Mode.CPU, new TorchConfig(Optional.empty(), "cpu"), dir);
        var challenges = new Challenges(
                Members.NODE, api.challenges(), share, children, dir.resolve("challenge"), InstantSource.system());
        Instant now = Instant.now();
        challenges.begin(() -> Optional.of(new Timeline(now, now.plus(ahead))), trial);
        return challenges;
    }

    private Challenges challenges() {
        return challenges(SHARE, Duration.ZERO);
    }

    private Challenge offer(Challenge challenge) {
        carried.offer(challenge);
        return challenge;
    }

    private Challenge offer() {
        return offer(TestValidator.challenge(NODE, SIZE));
    }

    /** As heartbeats do, until what is looked for is there. */
    private void tell(Challenges challenges, String what, Predicate<ChallengesView> until) throws InterruptedException {
        carried.await(what, () -> {
            challenges.told(carried.directives());
            return until.test(challenges.view());
        });
    }

    private static boolean ended(ChallengesView view) {
        return view.last() != null;
    }

    private void assertRefused(Challenge challenge, Share share, String why) throws Exception {
        offer(challenge);
        long before = carried.calls("GET ");
        try (Challenges challenges = challenges(share, Duration.ZERO)) {
            tell(challenges, "the refusal", ChallengesTest::ended);
            assertThat(challenges.view().refused()).isEqualTo(1);
            assertThat(challenges.view().last())
                    .satisfies(last -> assertThat(last.why()).isEqualTo(why))
                    .satisfies(last -> assertThat(last.id()).isEqualTo(challenge.id()));
        }
        assertThat(carried.calls("GET ")).as("looked at once").isEqualTo(before + 1);
        assertThat(carried.calls("POST ")).isZero();
        carried.withdraw(challenge.id());
    }

    /** Looks once more, after a heartbeat that brought it again. */
    private void assertLeftAlone(Challenges challenges, long fetches) throws InterruptedException {
        Challenge next = offer();
        tell(
                challenges,
                "the next one",
                view -> view.last() != null && view.last().id().equals(next.id()));
        assertThat(TestValidator.fault(next, carried.heard(next.id()))).isEmpty();
        assertThat(carried.calls("GET ") - carried.calls("GET question")).isEqualTo(fetches + 1);
    }

    private static List<ProcessHandle> provers() {
        return ProcessHandle.current()
                .descendants()
                .filter(ChallengesTest::isProver)
                .toList();
    }

    /** By what the system says: the classes' path makes it longer than Java tells. */
    private static boolean isProver(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains(ProverProcess.class.getName());
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void a_challenge_is_proved_committed_to_opened_and_found_valid_once() throws Exception {
        Challenge challenge = offer();
        try (Challenges challenges = challenges()) {
            tell(challenges, "an answer", view -> view.answered() == 1);
            assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                    .isEmpty();
            assertThat(carried.calls()).containsExactly("GET ", "POST commitment", "GET question", "POST opening");
            assertThat(challenges.view().running()).isNull();
            // a heartbeat's answer that was on its way
            challenges.told(List.of(Directive.challenge(challenge.id())));
            assertLeftAlone(challenges, 1);
        }
        assertThat(provers()).isEmpty();
    }

    @Test
    void a_second_one_waits_for_the_first() throws Exception {
        Challenge one = offer();
        Challenge two = offer();
        try (Challenges challenges = challenges()) {
            tell(challenges, "both answers", view -> view.answered() == 2);
        }
        assertThat(TestValidator.fault(one, carried.heard(one.id()))).isEmpty();
        assertThat(TestValidator.fault(two, carried.heard(two.id()))).isEmpty();
        assertThat(carried.calls().subList(0, 4)).contains("POST opening");
    }

    @Test
    void one_for_another_node_or_that_is_not_signed_or_late_is_refused() throws Exception {
        assertRefused(TestValidator.challenge(Members.SOMEBODY.address(), SIZE), SHARE, "FOR_ANOTHER_NODE");
        var changed = ((ObjectNode) Json.toTree(TestValidator.challenge(NODE, SIZE))).put("size", SIZE + 1);
        assertRefused(Json.own(changed.toString(), Challenge.class), SHARE, "BAD_SIGNATURE");
        assertRefused(TestValidator.challenge(NODE, SIZE, Instant.now().minusSeconds(1)), SHARE, "TOO_LATE");
    }

    @Test
    void what_the_owner_does_not_give_is_not_taken() throws Exception {
        assertRefused(TestValidator.challenge(NODE, 65_536), SHARE, "TOO_LARGE");
        assertRefused(TestValidator.challenge(NODE, SIZE), new Share(0, 1_024, 64, 1, 4), "OFF");
    }

    @Test
    void a_stream_is_fetched_committed_to_and_some_of_it_sent_back() throws Exception {
        carried.stream(KEY, KEY);
        Challenge challenge = offer(TestValidator.line(NODE, KEY, 3));
        try (Challenges challenges = challenges()) {
            tell(challenges, "the answer", ChallengesTest::ended);
            assertThat(challenges.view().answered()).isEqualTo(1);
            assertThat(provers()).as("no process for it").isEmpty();
            assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                    .isEmpty();
            // three of four MiB of the day are gone
            assertEnds(challenges, TestValidator.line(NODE, KEY, 2), "TOO_LARGE");
        }
    }

    /** Whoever swaps it on the way makes the node silent, and no liar of it. */
    @Test
    void a_stream_or_a_question_that_is_not_the_validators_is_not_answered() throws Exception {
        carried.stream(OTHER_KEY, OTHER_KEY);
        try (Challenges challenges = challenges()) {
            Challenge swapped = TestValidator.line(NODE, KEY, 1);
            assertEnds(challenges, swapped, "what came is not the validator's stream");
            assertThat(carried.calls("POST ")).as("nothing was said of it").isZero();
            carried.stream(KEY, OTHER_KEY);
            Challenge misasked = TestValidator.line(NODE, KEY, 1);
            assertEnds(challenges, misasked, "the question is not what the stream was made of");
            assertThat(carried.calls("POST commitment")).isEqualTo(1);
            assertThat(carried.calls("POST opening")).isZero();
        }
    }

    @Test
    void a_stream_that_breaks_is_fetched_again() throws Exception {
        carried.stream(KEY, KEY);
        carried.cutStreams(100_000);
        Challenge challenge = offer(TestValidator.line(NODE, KEY, 1));
        try (Challenges challenges = challenges()) {
            tell(challenges, "a broken stream", view -> carried.calls("GET stream") == 1);
            carried.cutStreams(Long.MAX_VALUE);
            tell(challenges, "the answer", ChallengesTest::ended);
        }
        assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                .isEmpty();
    }

    @Test
    void what_a_container_said_is_committed_to_and_told() throws Exception {
        Challenge challenge = offer(TestValidator.container(NODE));
        trial = (asked, within) -> {
            assertThat(asked).isEqualTo(challenge);
            assertThat(within).isPositive();
            return String.join("\n", ContainerFacts.wanted(asked));
        };
        try (Challenges challenges = challenges()) {
            tell(challenges, "the answer", ChallengesTest::ended);
            assertThat(challenges.view().answered()).isEqualTo(1);
            assertThat(provers()).as("no process for it").isEmpty();
        }
        assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                .isEmpty();
    }

    /** Its validator need not wait to learn that none comes. */
    @Test
    void that_no_container_runs_is_an_answer_with_the_reason() throws Exception {
        Challenge challenge = offer(TestValidator.container(NODE));
        trial = (asked, within) -> {
            throw new UnansweredException("the engine\u2019s socket is gone");
        };
        try (Challenges challenges = challenges()) {
            tell(challenges, "the answer", ChallengesTest::ended);
        }
        assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                .hasValue(VerdictReason.NO_CONTAINER);
        Opening opening = carried.heard(challenge.id()).opening();
        assertThat(Objects.requireNonNull(opening).rows().getFirst().bytes(challenge.entries()))
                .flatMap(ContainerFacts::text)
                .flatMap(ContainerFacts::whyNone)
                .hasValue("the engine s socket is gone");
    }

    private void assertEnds(Challenges challenges, Challenge challenge, String why) throws InterruptedException {
        offer(challenge);
        tell(
                challenges,
                "its end",
                view -> view.last() != null && view.last().id().equals(challenge.id()));
        assertThat(challenges.view().last())
                .satisfies(last -> assertThat(last.why()).isEqualTo(why));
        carried.withdraw(challenge.id());
    }

    @Test
    void a_kind_that_is_not_known_is_left_alone() throws Exception {
        UUID id = UUID.randomUUID();
        carried.offer(id, ((ObjectNode) Json.toTree(TestValidator.challenge(NODE, SIZE))).put("kind", "PATIENCE"));
        try (Challenges challenges = challenges()) {
            tell(challenges, "a look", view -> carried.calls("GET ") == 1);
            assertLeftAlone(challenges, 1);
            assertThat(challenges.view().refused()).isZero();
            assertThat(challenges.view().failed()).isZero();
        }
    }

    @Test
    void what_is_no_challenge_or_another_one_is_not_answered() throws Exception {
        UUID id = UUID.randomUUID();
        carried.offer(id, ((ObjectNode) Json.toTree(TestValidator.challenge(NODE, SIZE))).put("size", 1 << 20));
        carried.offer(UUID.randomUUID(), Json.toTree(TestValidator.challenge(NODE, SIZE)));
        try (Challenges challenges = challenges()) {
            tell(challenges, "both", view -> view.failed() == 2);
        }
        assertThat(carried.calls()).containsExactly("GET ", "GET ");
    }

    @Test
    void times_are_the_coordinators_whatever_our_clock_says() throws Exception {
        Instant there = Instant.now().minus(Duration.ofHours(5));
        Challenge challenge = offer(TestValidator.challenge(NODE, SIZE, there.plusSeconds(600)));
        try (Challenges challenges = challenges(SHARE, Duration.ofHours(-5))) {
            tell(challenges, "an answer", view -> view.answered() == 1);
        }
        assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                .isEmpty();
    }

    /** In a heap that is as large as was reckoned. */
    @Test
    void memory_is_filled_held_opened_and_given_back() throws Exception {
        Challenge challenge = offer(TestValidator.memory(NODE, 300, 2));
        try (Challenges challenges = challenges()) {
            tell(challenges, "an answer", view -> view.answered() == 1);
            carried.await("the process's end", () -> provers().isEmpty());
        }
        assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                .isEmpty();
    }

    @Test
    void more_memory_than_the_owner_gives_is_refused_without_a_process() throws Exception {
        offer(TestValidator.memory(NODE, 1_024, 1));
        try (Challenges challenges = challenges()) {
            tell(challenges, "the end", ChallengesTest::ended);
            assertThat(requireNonNull(challenges.view().last()).why()).isEqualTo("TOO_LARGE");
        }
        assertThat(carried.calls("POST ")).isZero();
    }

    @Test
    void a_coordinator_in_trouble_is_asked_and_told_again() throws Exception {
        Challenge challenge = offer();
        carried.refuseFetches(503);
        carried.refuseCommitments(503);
        carried.refuseOpenings(503);
        try (Challenges challenges = challenges()) {
            tell(challenges, "two tries", view -> carried.calls("GET ") >= 2);
            carried.refuseFetches(0);
            tell(challenges, "two commitments", view -> carried.calls("POST commitment") >= 2);
            assertThat(challenges.view().running())
                    .satisfies(running -> assertThat(running.stage()).isEqualTo(Stage.COMMITTING));
            carried.refuseCommitments(0);
            tell(challenges, "two openings", view -> carried.calls("POST opening") >= 2);
            carried.refuseOpenings(0);
            tell(challenges, "an answer", view -> view.answered() == 1);
        }
        assertThat(TestValidator.fault(challenge, carried.heard(challenge.id())))
                .isEmpty();
    }

    @Test
    void what_the_coordinator_refuses_for_good_is_given_up_with_its_process() throws Exception {
        offer();
        carried.refuseCommitments(409);
        try (Challenges challenges = challenges()) {
            tell(challenges, "the end", ChallengesTest::ended);
            assertThat(challenges.view().last())
                    .satisfies(last -> assertThat(last.outcome()).isEqualTo(Outcome.FAILED))
                    .satisfies(last -> assertThat(last.why()).contains("409 CONFLICT_STATE"));
            assertThat(carried.calls("POST commitment")).isEqualTo(1);
            carried.await("the process's end", () -> provers().isEmpty());
        }
    }

    @Test
    void nobody_but_the_validator_is_told_any_row() throws Exception {
        offer();
        carried.askBy(Optional.of(Members.SOMEBODY));
        try (Challenges challenges = challenges()) {
            tell(challenges, "the end", ChallengesTest::ended);
            assertThat(challenges.view().failed()).isEqualTo(1);
        }
        assertThat(carried.calls("POST opening")).isZero();
    }

    @Test
    void an_agent_that_ends_ends_its_prover_wherever_it_is() throws Exception {
        carried.askBy(Optional.empty());
        offer();
        try (Challenges challenges = challenges()) {
            tell(
                    challenges,
                    "the wait",
                    view -> view.running() != null && view.running().stage() == Stage.WAITING);
            assertThat(provers()).hasSize(1);
        }
        assertThat(provers()).isEmpty();
        // minutes of work
        offer(TestValidator.challenge(NODE, 24_576));
        try (Challenges challenges = challenges()) {
            tell(
                    challenges,
                    "the work",
                    view -> view.running() != null && !provers().isEmpty());
        }
        assertThat(provers()).isEmpty();
        assertThat(carried.calls("POST commitment")).isEqualTo(1);
    }

    @Test
    void a_prover_that_is_killed_is_a_failure_and_not_tried_again() throws Exception {
        offer(TestValidator.challenge(NODE, 24_576));
        try (Challenges challenges = challenges()) {
            // the factor is there, and what was reckoned with has been enough for it
            tell(
                    challenges,
                    "a part of the work",
                    view -> view.running() != null && view.running().percent() > 0);
            provers().forEach(ProcessHandle::destroyForcibly);
            tell(challenges, "the end", ChallengesTest::ended);
            assertThat(requireNonNull(challenges.view().last()).why()).contains("its process ended with code 137");
            assertLeftAlone(challenges, 1);
        }
    }

    @Test
    void a_flood_of_challenges_is_looked_at_one_by_one() throws Exception {
        try (Challenges challenges = challenges()) {
            challenges.told(IntStream.range(0, 1_000)
                    .mapToObj(i -> Directive.challenge(UUID.randomUUID()))
                    .toList());
            carried.await("a look", () -> carried.calls("GET ") == 1);
            assertLeftAlone(challenges, 1);
        }
    }
}
