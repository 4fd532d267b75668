package io.pithead.validator.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.Timing;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.CoordinatorApi.AwayException;
import io.pithead.validator.challenge.ScriptedCoordinator.Carried;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.ContainerPolicy;
import io.pithead.validator.challenge.core.Duty;
import io.pithead.validator.challenge.core.Judge;
import io.pithead.validator.challenge.core.MemoryPolicy;
import io.pithead.validator.challenge.core.MemoryProver;
import io.pithead.validator.challenge.core.NetworkPolicy;
import io.pithead.validator.challenge.core.Prover;
import io.pithead.validator.challenge.core.StoragePolicy;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A validator's rounds against a real database and a coordinator over real HTTP. */
class ValidatorRoundsIT {
    private static final WalletKey NODE = WalletKey.generate(new SecureRandom());
    private static final WalletKey OTHER = WalletKey.generate(new SecureRandom());

    private ValidatorRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new ValidatorRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static Prover honest(Carried one) {
        return Prover.honest(one.challenge);
    }

    private static Prover wrongEverywhere(Challenge challenge) {
        int[][] product = Prover.product(challenge);
        for (int[] row : product) {
            row[0]++;
        }
        return new Prover(challenge, product);
    }

    /** From the plan to the attestation. */
    private Attestation story(WalletKey node, Prover prover) {
        rig.answer(node, prover);
        rig.turn();
        rig.answer(node, prover);
        rig.turn();
        return rig.challenged(node).judged();
    }

    private Instant due(WalletKey node) {
        return rig.database
                .withConnection(connection ->
                        ChallengeStore.past(connection, List.of(node.address().text())))
                .values()
                .iterator()
                .next()
                .dueAt();
    }

    private void terms(Duty duty, int maxOpen) {
        rig.terms = new Terms(
                ValidatorRig.TERMS.challenges(),
                ValidatorRig.TERMS.memory(),
                ValidatorRig.TERMS.storage(),
                ValidatorRig.TERMS.network(),
                ValidatorRig.TERMS.container(),
                duty,
                ValidatorRig.TERMS.epoch(),
                ValidatorRig.TERMS.coreSpeed(),
                ValidatorRig.TERMS.good(),
                maxOpen,
                ValidatorRig.TERMS.retention());
        rig.restart();
    }

    private Carried planned(WalletKey node) {
        rig.coordinator.node(node.address().text());
        rig.turn();
        return rig.challenged(node);
    }

    @Test
    void an_honest_node_is_attested_and_the_next_attestation_follows_the_first() {
        Carried first = planned(NODE);
        assertThat(first.challenge.isSignedBy(31_337, rig.key.address().text())).isTrue();

        Attestation valid = story(NODE, honest(first));

        assertThat(valid.verdict()).isEqualTo(Verdict.VALID);
        assertThat(valid.reason()).isNull();
        assertThat(valid.previous()).isNull();
        assertThat(valid.isSignedBy(31_337, rig.key.address().text())).isTrue();
        assertThat(valid.expiresAt()).isEqualTo(valid.judgedAt().plus(Duration.ofDays(7)));
        assertThat(rig.text("select state from validator.challenge")).isEqualTo("JUDGED");
        assertThat(rig.text("select opening from validator.challenge")).isEqualTo("null");

        Carried second = planned(OTHER);
        Attestation next = story(OTHER, honest(second));

        assertThat(next.previous()).isEqualTo(valid.digest());
        assertThat(rig.coordinator.attestations).containsExactly(valid, next);
    }

    /** After its first product, by a draw that always says so. */
    @Test
    void a_node_that_is_known_is_challenged_for_memory_and_has_seconds_to_open() {
        story(NODE, honest(planned(NODE)));
        Instant due = due(NODE);
        rig.terms = memoryOnly();
        rig.restart();
        rig.now = due;
        rig.turn();
        Carried one = rig.coordinator.all().stream()
                .filter(each -> each.challenge.kind() == ChallengeKind.MEMORY)
                .findFirst()
                .orElseThrow();
        Challenge challenge = one.challenge;
        assertThat(challenge.size()).isEqualTo(102);
        assertThat(challenge.turns()).isEqualTo(1);
        assertThat(challenge.isSignedBy(31_337, rig.key.address().text())).isTrue();
        MemoryProver held = MemoryProver.honest(challenge);
        one.commit(held.commitment().signed(31_337, NODE));
        rig.turn();
        Question question = one.asked();
        assertThat(question.openBy()).isEqualTo(rig.now.plusSeconds(6).truncatedTo(ChronoUnit.MILLIS));
        one.open(held.opening(question).signed(31_337, NODE));
        rig.turn();

        Attestation valid = one.judged();
        assertThat(valid.reason()).isNull();
        assertThat(valid.kind()).isEqualTo(AttestationKind.MEMORY);
        assertThat(valid.size()).isEqualTo(102);
        assertThat(rig.column("select kind || coalesce(turns, 0) from validator.challenge order by planned_at"))
                .containsExactly("COMPUTE0", "MEMORY1");
    }

    @Test
    void a_node_that_is_known_is_asked_for_a_file_and_its_pages_are_judged_as_memorys() {
        story(NODE, honest(planned(NODE)));
        rig.terms = storageOnly();
        rig.restart();
        rig.now = due(NODE);
        rig.turn();
        Carried one = rig.coordinator.all().getLast();
        assertThat(one.challenge.kind()).isEqualTo(ChallengeKind.STORAGE);
        assertThat(one.challenge.size()).isEqualTo(1);
        assertThat(one.challenge.turns()).isEqualTo(1);
        MemoryProver held = MemoryProver.honest(one.challenge);
        one.commit(held.commitment().signed(31_337, NODE));
        rig.turn();
        Question question = one.asked();
        assertThat(question.openBy()).isEqualTo(rig.now.plusSeconds(15).truncatedTo(ChronoUnit.MILLIS));
        one.open(held.opening(question).signed(31_337, NODE));
        rig.turn();

        assertThat(one.judged().reason()).isNull();
        assertThat(one.judged().kind()).isEqualTo(AttestationKind.STORAGE);
    }

    @Test
    void a_node_that_is_known_is_sent_a_stream_whose_key_is_the_question() {
        Carried one = streamed("LINE of a speed that is not said");
        assertThat(one.challenge.size()).isEqualTo(1);
        // a MiB has no more blocks
        assertThat(one.challenge.rows()).isEqualTo(16);
        String key = Objects.requireNonNull(one.streamKey);
        var stream = new NetworkStream(key);
        assertThat(one.challenge.nonce()).isEqualTo(stream.nonce(1));
        one.fetchedAt = one.challenge.issuedAt().plusMillis(10);
        one.begunAt = one.fetchedAt.plusMillis(40);
        one.worked = Duration.ofSeconds(1);
        one.commit(committed(one, stream.root(one.challenge)));
        rig.now = rig.now.plusSeconds(2);
        rig.turn();
        assertThat(one.asked().question()).isEqualTo(key);
        // the same after a restart: it was kept with the challenge
        one.toldAt = one.begunAt.plusSeconds(1);
        one.openedAt = one.toldAt.plusMillis(500);
        one.open(sent(one, stream));
        rig.now = rig.now.plusSeconds(2);
        rig.turn();

        assertThat(one.judged().reason()).isNull();
        assertThat(one.judged().kind()).isEqualTo(AttestationKind.NETWORK);
        assertThat(rig.text("select latency_ms || ' ' || worked_ms || ' ' || up_ms from validator.challenge"
                        + " where kind = 'NETWORK'"))
                .isEqualTo("40 1000 500");
    }

    @Test
    void who_commits_to_another_stream_is_invalid() {
        Carried one = streamed("LINE of a speed that is not said");
        one.commit(committed(one, "ab".repeat(32)));
        rig.turn();
        one.open(sent(one, new NetworkStream(one.asked().question())));
        rig.turn();
        assertThat(one.judged().reason()).isEqualTo(VerdictReason.WRONG_STREAM);
    }

    @Test
    void who_is_faster_than_its_own_line_can_be_is_far_whatever_others_are() {
        rig.coordinator.lineMbps = 10L;
        Carried one = streamed("LINE of 10 Mbit/s");
        var stream = new NetworkStream(Objects.requireNonNull(one.streamKey));
        one.fetchedAt = one.challenge.issuedAt().plusMillis(10);
        one.begunAt = one.fetchedAt.plusMillis(40);
        // 28 megabits a second
        one.worked = Duration.ofMillis(300);
        one.commit(committed(one, stream.root(one.challenge)));
        rig.now = rig.now.plusSeconds(2);
        rig.turn();
        one.open(sent(one, stream));
        rig.turn();
        assertThat(one.judged().verdict()).isEqualTo(Verdict.VALID);
        assertThat(one.judged().timing()).isEqualTo(Timing.FAR);
    }

    @Test
    void a_node_that_has_an_engine_is_asked_for_a_container() {
        Carried one = asked();
        String facts = String.join("\n", ContainerFacts.wanted(one.challenge));
        one.worked = Duration.ofSeconds(1);
        answer(one, facts, ContainerFacts.digest(one.challenge, facts));
        assertThat(one.judged().verdict()).isEqualTo(Verdict.VALID);
        assertThat(one.judged().kind()).isEqualTo(AttestationKind.CONTAINER);
        assertThat(one.judged().timing()).isNull();
    }

    @Test
    void a_digest_of_another_nonce_is_invalid_and_what_was_said_is_kept() {
        Carried one = asked();
        String facts = String.join("\n", ContainerFacts.wanted(one.challenge));
        answer(one, facts, "ab".repeat(32));
        assertThat(one.judged().verdict()).isEqualTo(Verdict.INVALID);
        assertThat(one.judged().reason()).isEqualTo(VerdictReason.WRONG_DIGEST);
        assertThat(rig.text("select opening from validator.challenge where kind = 'CONTAINER'"))
                .contains(OpenedRow.of(0, ContainerFacts.page(facts)).values());
    }

    /** It is asked for a product next, when it has rested: what it can do is not in doubt, but for the engine. */
    @Test
    void a_node_that_says_that_none_runs_is_left_in_doubt() {
        Carried one = asked();
        String none = ContainerFacts.none("the engine does not answer");
        answer(one, none, ContainerFacts.digest(one.challenge, none));
        assertThat(one.judged().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(one.judged().reason()).isEqualTo(VerdictReason.NO_CONTAINER);
        rig.now = due(NODE);
        rig.turn();
        assertThat(rig.coordinator.all().getLast().challenge.kind()).isEqualTo(ChallengeKind.COMPUTE);
    }

    private void answer(Carried one, String facts, String digest) {
        one.commit(committed(one, digest));
        rig.now = rig.now.plusSeconds(2);
        rig.turn();
        var said = List.of(OpenedRow.of(0, ContainerFacts.page(facts)));
        one.open(new Opening(one.challenge.id(), one.asked().digest(), said, null).signed(31_337, NODE));
        rig.turn();
    }

    private Carried asked() {
        story(NODE, honest(planned(NODE)));
        Terms none = storageOnly();
        rig.terms = new Terms(
                none.challenges(),
                none.memory(),
                ValidatorRig.TERMS.storage(),
                none.network(),
                new ContainerPolicy(1, 4, Duration.ofSeconds(30)),
                none.duty(),
                none.epoch(),
                none.coreSpeed(),
                none.good(),
                none.maxOpen(),
                none.retention());
        rig.restart();
        rig.now = due(NODE);
        rig.turn();
        Carried one = rig.coordinator.all().getLast();
        assertThat(one.challenge.kind()).isEqualTo(ChallengeKind.CONTAINER);
        assertThat(rig.text("select hardware from validator.challenge where kind = 'CONTAINER'"))
                .isEqualTo("null");
        return one;
    }

    private Carried streamed(String line) {
        story(NODE, honest(planned(NODE)));
        NetworkPolicy some = ValidatorRig.TERMS.network();
        Terms none = storageOnly();
        rig.terms = new Terms(
                none.challenges(),
                none.memory(),
                ValidatorRig.TERMS.storage(),
                new NetworkPolicy(1, some.mib(), some.slack(), some.delivery(), some.opening(), some.blocks()),
                ValidatorRig.TERMS.container(),
                none.duty(),
                none.epoch(),
                none.coreSpeed(),
                none.good(),
                none.maxOpen(),
                none.retention());
        rig.restart();
        rig.now = due(NODE);
        rig.turn();
        Carried one = rig.coordinator.all().getLast();
        assertThat(one.challenge.kind()).isEqualTo(ChallengeKind.NETWORK);
        assertThat(rig.text("select hardware from validator.challenge where kind = 'NETWORK'"))
                .isEqualTo(line);
        return one;
    }

    private static Commitment committed(Carried one, String root) {
        return new Commitment(one.challenge.id(), one.challenge.digest(), root, null).signed(31_337, NODE);
    }

    private static Opening sent(Carried one, NetworkStream stream) {
        Question question = one.asked();
        List<OpenedRow> rows = Arrays.stream(Asked.rows(one.challenge, question))
                .mapToObj(block -> OpenedRow.of(block, stream.block(block)))
                .toList();
        return new Opening(one.challenge.id(), question.digest(), rows, null).signed(31_337, NODE);
    }

    private static Terms storageOnly() {
        MemoryPolicy none = ValidatorRig.TERMS.memory();
        StoragePolicy some = ValidatorRig.TERMS.storage();
        return new Terms(
                ValidatorRig.TERMS.challenges(),
                new MemoryPolicy(
                        0,
                        none.work(),
                        none.memoryShare(),
                        none.slack(),
                        none.delivery(),
                        none.opening(),
                        none.pages()),
                new StoragePolicy(
                        1, some.mib(), some.diskShare(), some.slack(), some.delivery(), some.opening(), some.pages()),
                ValidatorRig.TERMS.network(),
                ValidatorRig.TERMS.container(),
                ValidatorRig.TERMS.duty(),
                ValidatorRig.TERMS.epoch(),
                ValidatorRig.TERMS.coreSpeed(),
                ValidatorRig.TERMS.good(),
                ValidatorRig.TERMS.maxOpen(),
                ValidatorRig.TERMS.retention());
    }

    /** It waits to be approved: that the coordinator was not ready for its first challenge costs it a moment, not hours. */
    @Test
    void a_node_whose_first_challenge_was_refused_is_asked_for_a_product_again() {
        rig.terms = memoryOnly();
        rig.restart();
        rig.coordinator.refusing = 409;
        rig.coordinator.node(NODE.address().text());
        rig.turn();
        rig.coordinator.refusing = 0;
        rig.now = due(NODE);
        rig.turn();

        assertThat(rig.column("select kind || ' ' || state from validator.challenge order by planned_at"))
                .containsExactly("COMPUTE GIVEN_UP", "COMPUTE ISSUED");
    }

    /** Nine nodes that say they are the same: one takes twenty times as long, again and again. */
    @Test
    void whose_time_is_far_from_that_of_its_class_is_asked_again_soon_and_then_named() {
        WalletKey last = NODE;
        for (int i = 0; i < 8; i++) {
            last = WalletKey.generate(new SecureRandom());
            assertThat(timed(last, Duration.ofMillis(100 + i)).timing()).isNull();
        }
        // its own time before is none of another's
        assertThat(again(last, Duration.ofMillis(100)).timing()).isNull();
        assertThat(timed(OTHER, Duration.ofMillis(150)).timing()).isEqualTo(Timing.USUAL);
        assertThat(rig.text("select max(hardware) from validator.challenge")).isEqualTo("CPU, c amd64, cores 1, GiB 1");
        Attestation first = timed(NODE, Duration.ofSeconds(2));
        assertThat(first.verdict()).isEqualTo(Verdict.VALID);
        assertThat(first.timing()).isEqualTo(Timing.FAR);
        String rest = rig.text(
                "select rest_ms from validator.due where node = ?",
                NODE.address().text());
        assertThat(due(NODE)).isBeforeOrEqualTo(rig.now.plusMillis(Long.parseLong(rest)));

        assertThat(again(NODE, Duration.ofSeconds(2)).timing()).isEqualTo(Timing.FAR);
        Attestation third = again(NODE, Duration.ofSeconds(2));
        assertThat(third.timing()).isEqualTo(Timing.SUSPICIOUS);
        assertThat(third.verdict()).isEqualTo(Verdict.VALID);
        assertThat(third.isSignedBy(31_337, rig.key.address().text())).isTrue();
        assertThat(again(NODE, Duration.ofMillis(120)).timing()).isEqualTo(Timing.USUAL);
    }

    /** A coordinator that says more than has passed here is not believed. */
    @Test
    void a_time_that_cannot_be_is_not_compared() {
        Carried one = planned(NODE);
        rig.now = rig.now.plusSeconds(1);
        one.fetchedAt = one.challenge.issuedAt();
        one.worked = Duration.ofSeconds(2);
        story(NODE, honest(one));

        assertThat(rig.text("select worked_ms from validator.challenge")).isEqualTo("null");
    }

    private Attestation timed(WalletKey node, Duration worked) {
        rig.coordinator.node(node.address().text());
        rig.turn();
        return answer(node, worked);
    }

    private Attestation again(WalletKey node, Duration worked) {
        rig.coordinator.forgetEverything();
        rig.now = due(node);
        rig.turn();
        return answer(node, worked);
    }

    private Attestation answer(WalletKey node, Duration worked) {
        Carried one = rig.challenged(node);
        one.fetchedAt = one.challenge.issuedAt().plusMillis(10);
        one.worked = worked;
        rig.now = rig.now.plus(worked).plusMillis(20);
        return story(node, honest(one));
    }

    private static Terms memoryOnly() {
        MemoryPolicy some = ValidatorRig.TERMS.memory();
        return new Terms(
                ValidatorRig.TERMS.challenges(),
                new MemoryPolicy(
                        1,
                        // a MiB at a turn takes about ten milliseconds of it
                        Duration.ofMillis(1_200),
                        some.memoryShare(),
                        some.slack(),
                        some.delivery(),
                        some.opening(),
                        some.pages()),
                ValidatorRig.TERMS.storage(),
                ValidatorRig.TERMS.network(),
                ValidatorRig.TERMS.container(),
                ValidatorRig.TERMS.duty(),
                ValidatorRig.TERMS.epoch(),
                ValidatorRig.TERMS.coreSpeed(),
                ValidatorRig.TERMS.good(),
                ValidatorRig.TERMS.maxOpen(),
                ValidatorRig.TERMS.retention());
    }

    @Test
    void what_makes_a_node_invalid_is_kept_whole_so_that_others_can_judge_again() throws Exception {
        Carried one = planned(NODE);

        Attestation invalid = story(NODE, wrongEverywhere(one.challenge));

        assertThat(invalid.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(invalid.reason()).isEqualTo(VerdictReason.WRONG_PRODUCT);
        var kept = new Answers(
                Json.own(rig.text("select commitment from validator.challenge"), Commitment.class),
                one.challenge.issuedAt(),
                Json.own(rig.text("select question from validator.challenge"), Question.class),
                Json.own(rig.text("select opening from validator.challenge"), Opening.class),
                one.challenge.issuedAt());
        Challenge challenge = Json.own(rig.text("select challenge from validator.challenge"), Challenge.class);
        assertThat(Judge.fault(challenge, kept)).contains(VerdictReason.WRONG_PRODUCT);
        assertThat(Judge.attest(challenge, kept, null, rig.now, Duration.ofDays(1))
                        .evidence())
                .isEqualTo(invalid.evidence());
    }

    @Test
    void an_instance_that_is_killed_after_every_step_says_the_same_as_one_that_lives() {
        rig.coordinator.node(NODE.address().text());
        rig.validator().planner().round();
        rig.restart();
        rig.deliver(rig.validator());
        rig.restart();
        Prover prover = honest(rig.challenged(NODE));
        rig.answer(NODE, prover);
        rig.validator().looking().round();
        rig.restart();
        rig.answer(NODE, prover);
        rig.validator().looking().round();
        rig.restart();
        rig.deliver(rig.validator());
        rig.restart();
        rig.validator().publishing().round();

        assertThat(rig.challenged(NODE).judged().verdict()).isEqualTo(Verdict.VALID);
    }

    /** The coordinator takes each message, and its answer is lost. */
    @Test
    void what_is_sent_again_is_the_same_to_the_byte() {
        rig.coordinator.node(NODE.address().text());
        rig.validator().planner().round();
        UUID id = UUID.fromString(rig.text("select id from validator.challenge"));
        rig.take();
        rig.coordinator.failing = 503;
        assertThatThrownBy(() -> rig.validator().preparing().prepare(id)).isInstanceOf(AwayException.class);
        rig.restart();
        assertThatThrownBy(() -> rig.validator().preparing().prepare(id)).isInstanceOf(AwayException.class);
        rig.coordinator.failing = 0;
        rig.validator().preparing().prepare(id);
        assertThat(rig.coordinator.said("/challenges"))
                .hasSize(3)
                .containsOnly(rig.coordinator.said("/challenges").getFirst());

        Carried one = rig.challenged(NODE);
        Prover prover = honest(one);
        rig.answer(NODE, prover);
        rig.validator().looking().round();
        one.state = ChallengeState.COMMITTED;
        rig.restart();
        rig.validator().looking().round();
        assertThat(rig.coordinator.said("/question"))
                .hasSize(2)
                .containsOnly(rig.coordinator.said("/question").getFirst());

        rig.answer(NODE, prover);
        rig.validator().looking().round();
        rig.deliver(rig.validator());
        // its key is being replaced
        rig.coordinator.failing = 401;
        assertThatThrownBy(() -> rig.validator().publishing().round()).isInstanceOf(AwayException.class);
        rig.coordinator.failing = 0;
        rig.restart();
        rig.validator().publishing().round();
        assertThat(rig.coordinator.said("/attestation"))
                .hasSize(2)
                .containsOnly(rig.coordinator.said("/attestation").getFirst());
        assertThat(rig.coordinator.attestations).hasSize(1);
    }

    @Test
    void a_broker_that_loses_every_message_delays_and_loses_nothing() {
        rig.coordinator.node(NODE.address().text());
        rig.validator().planner().round();
        rig.take();
        rig.validator().looking().round();
        assertThat(rig.take()).isEmpty();
        rig.now = rig.now.plusSeconds(31);
        rig.validator().looking().round();
        rig.deliver(rig.validator());
        Prover prover = honest(rig.challenged(NODE));
        rig.answer(NODE, prover);
        rig.validator().looking().round();
        rig.answer(NODE, prover);
        rig.validator().looking().round();
        assertThat(rig.take()).hasSize(1);
        rig.validator().looking().round();
        assertThat(rig.take()).isEmpty();
        rig.now = rig.now.plusSeconds(31);
        rig.turn();

        assertThat(rig.challenged(NODE).judged().verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void a_silent_node_is_inconclusive_once_its_time_is_over_and_not_before() {
        Carried one = planned(NODE);
        rig.now = one.challenge.commitBy();
        rig.turn();
        assertThat(one.attestation).isNull();
        rig.now = one.challenge.commitBy().plusMillis(1);
        rig.turn();

        assertThat(one.judged().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(one.judged().reason()).isEqualTo(VerdictReason.NO_COMMITMENT);
    }

    @Test
    void a_node_that_does_not_open_is_inconclusive() {
        Carried one = planned(NODE);
        rig.answer(NODE, honest(one));
        rig.turn();
        rig.now = one.asked().openBy().plusMillis(1);
        rig.turn();

        assertThat(one.judged().reason()).isEqualTo(VerdictReason.NO_OPENING);
        assertThat(one.judged().tookMs()).isZero();
    }

    @Test
    void an_early_message_judges_nobody_who_may_still_answer() {
        Carried one = planned(NODE);
        rig.validator().judging().judge(one.challenge.id());
        rig.answer(NODE, honest(one));
        rig.validator().looking().round();
        rig.validator().judging().judge(one.challenge.id());

        assertThat(rig.text("select state from validator.challenge")).isEqualTo("ASKED");
    }

    @Test
    void an_answer_of_somebody_else_is_asked_nothing_and_harms_nobody() {
        Carried one = planned(NODE);
        one.commit(honest(one).commitment().signed(one.challenge.chain(), OTHER));
        rig.turn();

        assertThat(one.question).isNull();
        assertThat(one.judged().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(one.judged().reason()).isEqualTo(VerdictReason.NOT_SIGNED_BY_NODE);
    }

    @Test
    void nobody_is_judged_by_a_challenge_that_was_refused() {
        rig.coordinator.refusing = 409;
        rig.coordinator.node(NODE.address().text());
        rig.turn();
        rig.now = rig.now.plus(Duration.ofMinutes(30));
        rig.turn();

        assertThat(rig.column("select state || ' ' || refusal from validator.challenge"))
                .allSatisfy(text -> assertThat(text).startsWith("GIVEN_UP 409 CONFLICT_STATE"));
        assertThat(rig.coordinator.attestations).isEmpty();
        assertThat(rig.text("select count(*) from validator.attestation")).isEqualTo("0");
    }

    @Test
    void a_coordinator_that_forgot_everything_leaves_nothing_open() {
        planned(NODE);
        rig.coordinator.forgetEverything();
        rig.now = rig.now.plus(Duration.ofMinutes(5));
        rig.turn();

        assertThat(rig.text("select state || ' ' || refusal from validator.challenge"))
                .isEqualTo("GIVEN_UP the coordinator says it is unknown");
    }

    @Test
    void while_the_coordinator_is_away_nothing_changes() {
        Carried one = planned(NODE);
        rig.answer(NODE, honest(one));
        rig.coordinator.failing = 503;
        assertThatThrownBy(() -> rig.validator().planner().round()).isInstanceOf(AwayException.class);
        assertThatThrownBy(() -> rig.validator().looking().round()).isInstanceOf(AwayException.class);
        assertThat(rig.text("select state from validator.challenge")).isEqualTo("ISSUED");
        rig.coordinator.failing = 0;

        assertThat(story(NODE, honest(one)).verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void two_instances_on_one_database_are_one_validator() {
        rig.coordinator.node(NODE.address().text());
        rig.coordinator.node(OTHER.address().text());
        Validator here = rig.validator();
        Validator there = rig.another();
        for (int i = 0; i < 4; i++) {
            for (Carried one : rig.coordinator.all()) {
                rig.answer(one.challenge.node().equals(NODE.address().text()) ? NODE : OTHER, honest(one));
            }
            rig.turn(i % 2 == 0 ? here : there);
            rig.turn(i % 2 == 0 ? there : here);
        }

        assertThat(rig.coordinator.all()).hasSize(2);
        assertThat(rig.coordinator.attestations).hasSize(2).allMatch(one -> one.verdict() == Verdict.VALID);
        assertThat(new HashSet<>(rig.coordinator.said("/question"))).hasSize(2);
        assertThat(rig.text("select count(*) from validator.attestation")).isEqualTo("2");
    }

    @Test
    void a_node_is_challenged_again_when_it_is_due_and_not_before() {
        Carried first = planned(NODE);
        story(NODE, honest(first));
        Instant due = due(NODE);
        assertThat(due).isAfterOrEqualTo(rig.now.plus(Duration.ofSeconds(100)));
        rig.now = due.minusMillis(1);
        rig.turn();
        assertThat(rig.coordinator.all()).hasSize(1);
        rig.now = due;
        rig.turn();

        assertThat(rig.coordinator.all()).hasSize(2);
    }

    @Test
    void what_says_nothing_of_a_node_is_made_again_after_its_rest_and_later_each_time() {
        // drawn so late that only the rest counts
        terms(new Duty(0.005, Duration.ofDays(36_500)), ValidatorRig.TERMS.maxOpen());
        planned(NODE);
        var rests = new ArrayList<Long>();
        for (int i = 0; i < 3; i++) {
            // it does not answer, and its time is over
            rig.now = rig.now.plus(Duration.ofMinutes(10));
            rig.turn();
            assertThat(rig.coordinator.attestations).hasSize(i + 1);
            Instant due = due(NODE);
            rests.add(Duration.between(rig.now, due).toMillis());
            rig.now = due.minusMillis(1);
            rig.turn();
            assertThat(rig.coordinator.all()).hasSize(i + 1);
            rig.now = due;
            rig.turn();
            assertThat(rig.coordinator.all()).hasSize(i + 2);
        }

        long rest = rests.getFirst();
        assertThat(rests).containsExactly(rest, 2 * rest, 4 * rest);
    }

    @Test
    void only_nodes_that_are_online_and_only_as_many_as_may_be_open() {
        terms(ValidatorRig.TERMS.duty(), 3);
        for (int i = 0; i < 7; i++) {
            rig.coordinator.node(
                    WalletKey.generate(new SecureRandom()).address().text());
        }
        rig.coordinator.node(NODE.address().text(), false);
        rig.turn();
        rig.turn();
        assertThat(rig.coordinator.all()).hasSize(3);

        rig.now = rig.now.plus(Duration.ofMinutes(5));
        rig.turn();
        rig.turn();
        assertThat(rig.coordinator.all())
                .hasSize(6)
                .noneMatch(one -> one.challenge.node().equals(NODE.address().text()));
    }

    @Test
    void what_cannot_be_read_hides_nothing_else() {
        rig.coordinator.oddItem = "{\"address\":7}";
        Carried one = planned(NODE);

        assertThat(story(NODE, honest(one)).verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void a_chain_goes_on_from_what_the_coordinator_has() {
        story(NODE, honest(planned(NODE)));
        // as after its restore from a backup
        rig.coordinator.attestations.clear();
        Carried second = planned(OTHER);
        rig.answer(OTHER, honest(second));
        rig.turn();
        rig.answer(OTHER, honest(second));
        rig.turn();
        rig.turn();

        assertThat(second.judged().previous()).isNull();
        assertThat(rig.column("select published_at is not null from validator.attestation order by seq"))
                .containsExactly("t", "f", "t");
    }

    @Test
    void an_attestation_that_is_refused_for_good_stops_no_other() {
        Carried one = planned(NODE);
        rig.now = one.challenge.commitBy().plusMillis(1);
        rig.validator().looking().round();
        rig.deliver(rig.validator());
        rig.coordinator.forgetEverything();
        rig.validator().publishing().round();
        assertThat(rig.text("select refusal from validator.attestation")).startsWith("404");

        Attestation next = story(OTHER, honest(planned(OTHER)));
        assertThat(next.verdict()).isEqualTo(Verdict.VALID);
        assertThat(next.previous()).isNull();
    }

    @Test
    void what_is_over_for_long_is_forgotten_and_its_attestation_is_not() {
        story(NODE, honest(planned(NODE)));
        rig.now = rig.now.plus(Duration.ofDays(31));
        rig.coordinator.failing = 0;
        rig.validator().planner().round();

        assertThat(rig.column("select state from validator.challenge")).containsExactly("PLANNED");
        assertThat(rig.text("select count(*) from validator.attestation")).isEqualTo("1");
    }
}
