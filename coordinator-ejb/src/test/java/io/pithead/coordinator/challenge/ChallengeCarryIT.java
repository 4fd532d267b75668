package io.pithead.coordinator.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.challenge.ChallengeDesk.Story;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.Address;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whole stories of challenges on a real database, with real keys and products. */
class ChallengeCarryIT {
    private static final ChallengeDesk DESK = new ChallengeDesk(TestDatabase.create());

    private static CoordinatorException refused(ErrorCode code, ThrowingCallable call) {
        var refusal = new ArrayList<CoordinatorException>();
        assertThatThrownBy(call).isInstanceOfSatisfying(CoordinatorException.class, thrown -> {
            assertThat(thrown.code()).as(thrown + " " + thrown.facts()).isEqualTo(code);
            refusal.add(thrown);
        });
        return refusal.getFirst();
    }

    private static ChallengeState open(Story story, Opening opening) {
        return open(story.provider, story.challenge.id(), Json.write(opening));
    }

    private static ChallengeState open(Caller caller, UUID challenge, byte[] body) {
        try {
            return DESK.nodes.open(caller, challenge, OptionalLong.of(body.length), new ByteArrayInputStream(body));
        } catch (IOException | InvalidPayloadException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Directive> told(UUID machine) {
        return DESK.rows
                .database()
                .withConnection(connection -> DESK.offers.directives(connection, List.of(machine)))
                .getOrDefault(machine, List.of());
    }

    // The whole way

    @Test
    void a_challenge_goes_through_all_its_messages_and_each_may_come_again() {
        Story story = DESK.new Story();
        UUID id = story.challenge.id();
        for (int twice = 0; twice < 2; twice++) {
            assertThat(DESK.validators.offer(story.validator, story.challenge).state())
                    .isEqualTo(ChallengeState.OFFERED);
        }
        assertThat(told(story.machine)).containsExactly(Directive.challenge(id));
        assertThat(DESK.validators
                        .get(story.validator, id, null, Duration.ZERO)
                        .join()
                        .fetchedAt())
                .isNull();
        assertThat(DESK.nodes.challenge(story.provider, id)).isEqualTo(story.challenge);
        Instant fetched = DESK.validators
                .get(story.validator, id, null, Duration.ZERO)
                .join()
                .fetchedAt();
        assertThat(DESK.nodes.challenge(story.provider, id)).isEqualTo(story.challenge);
        for (int twice = 0; twice < 2; twice++) {
            assertThat(DESK.nodes.commit(story.provider, id, story.commitment)).isEqualTo(ChallengeState.COMMITTED);
        }
        assertThat(told(story.machine)).isEmpty();
        for (int twice = 0; twice < 2; twice++) {
            assertThat(DESK.validators.ask(story.validator, id, story.question).question())
                    .isEqualTo(story.question);
        }
        assertThat(DESK.nodes.question(story.provider, id, Duration.ZERO).join())
                .contains(story.question);
        Opening opening = story.parties.opening(story.challenge, story.question);
        for (int twice = 0; twice < 2; twice++) {
            assertThat(open(story, opening)).isEqualTo(ChallengeState.OPENED);
        }
        assertThat(DESK.validators.opening(story.validator, id)).isEqualTo(Json.write(opening));
        Attestation attestation = story.parties.attestation(story.challenge, null);
        ChallengeView judged = DESK.validators.attest(story.validator, id, attestation);
        assertThat(DESK.validators.attest(story.validator, id, attestation)).isEqualTo(judged);
        assertThat(judged.state()).isEqualTo(ChallengeState.JUDGED);
        assertThat(judged.challenge()).isEqualTo(story.challenge);
        assertThat(judged.commitment()).isEqualTo(story.commitment);
        assertThat(judged.fetchedAt()).isNotNull().isEqualTo(fetched);
        assertThat(judged.committedAt()).isAfterOrEqualTo(fetched);
        assertThat(judged.openedAt()).isNotNull();
        assertThat(judged.attestation()).isEqualTo(attestation);
        // what is large is gone, and said again it is still the same
        assertThat(refused(ErrorCode.NOT_FOUND, () -> DESK.validators.opening(story.validator, id))
                        .facts())
                .containsEntry("state", ChallengeState.JUDGED);
        assertThat(open(story, opening)).isEqualTo(ChallengeState.JUDGED);
        assertThat(DESK.attestations.get(id)).isEqualTo(attestation);
    }

    // Whose it is

    @Test
    void for_others_there_is_no_such_challenge() {
        Story story = DESK.new Story().asked();
        UUID id = story.challenge.id();
        Caller thief = DESK.validator();
        Caller otherProvider = DESK.provider();
        DESK.machine(otherProvider, new Parties(0).node.address().text());
        byte[] opening = Json.write(story.parties.opening(story.challenge, story.question));
        List<ThrowingCallable> attempts = List.of(
                () -> DESK.validators.get(thief, id, null, Duration.ZERO),
                () -> DESK.validators.ask(thief, id, story.question),
                () -> DESK.validators.opening(thief, id),
                () -> DESK.validators.attest(thief, id, story.parties.attestation(story.challenge, null)),
                () -> DESK.nodes.challenge(otherProvider, id),
                () -> DESK.nodes.commit(otherProvider, id, story.commitment),
                () -> DESK.nodes.question(otherProvider, id, Duration.ZERO),
                () -> open(otherProvider, id, opening));
        for (ThrowingCallable attempt : attempts) {
            refused(ErrorCode.NOT_FOUND, attempt);
        }
        assertThat(DESK.validators.list(thief, null, null, 50).items()).isEmpty();
        assertThat(DESK.state(id)).isEqualTo(ChallengeState.ASKED);
        assertThat(open(story.provider, id, opening)).isEqualTo(ChallengeState.OPENED);
    }

    @Test
    void a_banned_machine_is_told_nothing_and_says_nothing() {
        Story story = DESK.new Story().offered();
        DESK.rows.update("update node set ban = 'why' where id = ?", story.machine);
        assertThat(told(story.machine)).isEmpty();
        refused(ErrorCode.NOT_FOUND, () -> DESK.nodes.challenge(story.provider, story.challenge.id()));
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> DESK.validators.offer(DESK.validator(), story.parties.challenge(Instant.now())));
    }

    @Test
    void a_challenge_of_the_same_id_by_another_account_is_not_taken() {
        Story story = DESK.new Story().offered();
        refused(ErrorCode.CONFLICT_STATE, () -> DESK.validators.offer(DESK.validator(), story.challenge));
        Challenge other = story.parties.another().challenge(Instant.now());
        Challenge same = new Challenge(
                        story.challenge.id(),
                        other.chain(),
                        other.validator(),
                        other.node(),
                        other.kind(),
                        other.size(),
                        other.rows(),
                        other.nonce(),
                        other.issuedAt(),
                        other.commitBy(),
                        null)
                .signed(story.parties.validator);
        refused(ErrorCode.CONFLICT_STATE, () -> DESK.validators.offer(story.validator, same));
    }

    @Test
    void an_account_speaks_for_one_validator_of_a_chain() {
        Story story = DESK.new Story().offered();
        Story other = DESK.new Story();
        assertThat(refused(ErrorCode.CONFLICT_STATE, () -> DESK.validators.offer(story.validator, other.challenge))
                        .facts())
                .containsEntry("validator", story.challenge.validator());
        assertThat(DESK.validators.offer(other.validator, other.challenge).state())
                .isEqualTo(ChallengeState.OFFERED);
    }

    @Test
    void a_refused_challenge_binds_nobody() {
        Story silent = DESK.new Story();
        DESK.silent(silent.machine);
        refused(ErrorCode.CONFLICT_STATE, () -> DESK.validators.offer(silent.validator, silent.challenge));
        Story other = DESK.new Story(new Parties(0), silent.validator);
        assertThat(DESK.validators.offer(silent.validator, other.challenge).state())
                .isEqualTo(ChallengeState.OFFERED);
    }

    @Test
    void on_a_chain_only_its_validators_challenge() {
        long chain = 77;
        Story story = DESK.new Story(new Parties(chain), DESK.validator());
        refused(ErrorCode.FORBIDDEN_SIGNER, () -> DESK.validators.offer(story.validator, story.challenge));
        DESK.rows.update(
                "insert into discovery_validator (chain, address) values (?, ?)", chain, story.challenge.validator());
        assertThat(DESK.validators.offer(story.validator, story.challenge).state())
                .isEqualTo(ChallengeState.OFFERED);
    }

    // Which nodes

    @Test
    void a_node_has_one_challenge_at_a_time_whoever_made_it() {
        Story story = DESK.new Story().offered();
        Caller another = DESK.validator();
        var others = new Parties(0);
        Challenge second = forNode(others, story.parties);
        assertThat(refused(ErrorCode.CONFLICT_STATE, () -> DESK.validators.offer(another, second))
                        .facts())
                .containsEntry("node", "BUSY");
        DESK.validators.attest(story.validator, story.challenge.id(), story.parties.attestation(story.challenge, null));
        assertThat(DESK.validators.offer(another, second).state()).isEqualTo(ChallengeState.OFFERED);
    }

    private static Challenge forNode(Parties by, Parties to) {
        Challenge own = by.unsigned(Instant.now(), Duration.ofMinutes(1));
        return new Challenge(
                        own.id(),
                        own.chain(),
                        own.validator(),
                        to.node.address().text(),
                        own.kind(),
                        own.size(),
                        own.rows(),
                        own.nonce(),
                        own.issuedAt(),
                        own.commitBy(),
                        null)
                .signed(by.validator);
    }

    @Test
    void of_many_validators_at_the_same_moment_one_gets_the_node() throws Exception {
        var node = new Parties(0);
        DESK.machine(DESK.provider(), node.node.address().text());
        var barrier = new CyclicBarrier(4);
        List<Callable<Boolean>> offers = Stream.generate(() -> {
                    Caller validator = DESK.validator();
                    Challenge challenge = forNode(new Parties(0), node);
                    Callable<Boolean> offer = () -> {
                        barrier.await();
                        try {
                            DESK.validators.offer(validator, challenge);
                            return true;
                        } catch (CoordinatorException e) {
                            assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_STATE);
                            return false;
                        }
                    };
                    return offer;
                })
                .limit(4)
                .toList();
        try (var threads = Executors.newFixedThreadPool(4)) {
            int taken = 0;
            for (Future<Boolean> offer : threads.invokeAll(offers)) {
                taken += offer.get() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(1);
        }
    }

    @Test
    void nobodys_node_and_a_silent_one_are_not_challenged() {
        var nobody = new Parties(0);
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> DESK.validators.offer(DESK.validator(), nobody.challenge(Instant.now())));
        Story silent = DESK.new Story();
        DESK.silent(silent.machine);
        assertThat(refused(ErrorCode.CONFLICT_STATE, () -> DESK.validators.offer(silent.validator, silent.challenge))
                        .facts())
                .containsEntry("node", "OFFLINE");
    }

    @Test
    void a_validator_has_so_many_open_ones() {
        var first = new Parties(0);
        Caller validator = DESK.validator();
        for (int i = 0; i < ChallengeDesk.MAX_OPEN; i++) {
            DESK.new Story(i == 0 ? first : first.another(), validator).offered();
        }
        Story one = DESK.new Story(first.another(), validator);
        CoordinatorException refusal =
                refused(ErrorCode.RATE_LIMITED, () -> DESK.validators.offer(validator, one.challenge));
        assertThat(refusal.retryAfterSeconds()).isPresent();
        DESK.rows.update("update challenge set give_up_at = now() where account_id = ?", validator.accountId());
        DESK.rounds.round();
        assertThat(DESK.validators.offer(validator, one.challenge).state()).isEqualTo(ChallengeState.OFFERED);
    }

    @Test
    void a_node_is_listed_once_as_the_machine_says_that_was_heard_last_and_its_owner_is_not_named() {
        Story story = DESK.new Story();
        String address = story.challenge.node();
        UUID older = DESK.machine(DESK.provider(), address);
        DESK.silent(older);
        DESK.rows.update("update node set capabilities = (capabilities::jsonb || '{\"mode\":\"cpu\"}')::json"
                + " where id = '" + older + "'");
        List<ClaimedNode> listed = listed(address);
        assertThat(listed).singleElement().satisfies(node -> {
            assertThat(node.mode()).isEqualTo(Mode.GPU);
            assertThat(node.gpu()).isTrue();
            assertThat(node.online()).isTrue();
            assertThat(node.hardware()).satisfies(hardware -> {
                assertThat(hardware.ramMb()).isEqualTo(8_000);
                assertThat(hardware.network()).isNull();
            });
        });
        DESK.silent(story.machine);
        DESK.rows.update("update node_liveness set last_seen_at = now() - interval '1 day' where node_id = ?", older);
        assertThat(listed(address))
                .singleElement()
                .satisfies(node -> assertThat(node.online()).isFalse());
        DESK.rows.update("update node set ban = 'why' where id in (?, ?)", story.machine, older);
        assertThat(listed(address)).isEmpty();
    }

    private static List<ClaimedNode> listed(String address) {
        var found = new ArrayList<ClaimedNode>();
        Address after = null;
        // pages of two, so that the border between pages is crossed
        for (int page = 0; page < 1_000; page++) {
            var nodes = DESK.validators.nodes(after, 2);
            assertThat(nodes.items()).extracting(ClaimedNode::address).isSorted();
            found.addAll(nodes.items());
            if (nodes.nextCursor() == null) {
                return found.stream()
                        .filter(node -> node.address().equals(address))
                        .toList();
            }
            after = new Address(nodes.nextCursor());
        }
        throw new AssertionError("no end of pages");
    }

    // Openings

    @Test
    void of_an_opening_nobody_awaits_no_byte_is_read() {
        Story story = DESK.new Story().committed();
        InputStream unread = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("it was read");
            }
        };
        assertThat(refused(
                                ErrorCode.CONFLICT_STATE,
                                () -> DESK.nodes.open(
                                        story.provider, story.challenge.id(), OptionalLong.empty(), unread))
                        .facts())
                .containsEntry("state", ChallengeState.COMMITTED);
        DESK.validators.ask(story.validator, story.challenge.id(), story.question);
        long limit = Opening.maxBytes(story.challenge);
        refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> DESK.nodes.open(story.provider, story.challenge.id(), OptionalLong.of(limit + 1), unread));
    }

    @Test
    void an_opening_is_read_to_its_limit_and_no_further() {
        Story story = DESK.new Story().asked();
        int limit = Opening.maxBytes(story.challenge);
        var endless = new InputStream() {
            private int given;

            @Override
            public int read() {
                given++;
                return ' ';
            }
        };
        refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> DESK.nodes.open(story.provider, story.challenge.id(), OptionalLong.empty(), endless));
        assertThat(endless.given).isEqualTo(limit + 1);
        assertThat(DESK.state(story.challenge.id())).isEqualTo(ChallengeState.ASKED);
        byte[] honest = Json.write(story.parties.opening(story.challenge, story.question));
        assertThat(honest.length).isLessThan(limit);
        assertThat(open(story.provider, story.challenge.id(), honest)).isEqualTo(ChallengeState.OPENED);
    }

    @Test
    void what_is_no_opening_is_named_and_changes_nothing() {
        Story story = DESK.new Story().asked();
        UUID id = story.challenge.id();
        for (String body : List.of("", "{", "[]", "{\"challenge\":7}")) {
            assertThatThrownBy(() -> DESK.nodes.open(
                            story.provider,
                            id,
                            OptionalLong.of(body.length()),
                            new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                    .as(body)
                    .isInstanceOf(InvalidPayloadException.class);
        }
        assertThat(DESK.state(id)).isEqualTo(ChallengeState.ASKED);
    }

    @Test
    void no_more_openings_are_read_at_once_than_there_is_room_for() {
        var reader = new OpeningReader();
        int half = OpeningReader.ROOM_KIB / 2 * 1_024;
        try (var first = reader.room(OptionalLong.of(half), half);
                var second = reader.room(OptionalLong.of(half - 2_048), half)) {
            assertThat(first).isNotSameAs(second);
            assertThat(refused(ErrorCode.UNAVAILABLE, () -> reader.room(OptionalLong.empty(), half))
                            .retryAfterSeconds())
                    .isPresent();
        }
        reader.room(OptionalLong.of(half), half).close();
    }

    // The line of attestations

    @Test
    void a_validators_attestations_are_one_line() {
        Story first = DESK.new Story().offered();
        Story second = DESK.new Story(first.parties.another(), first.validator).offered();
        Attestation one = first.parties.attestation(first.challenge, null);
        DESK.validators.attest(first.validator, first.challenge.id(), one);
        for (String previous : new String[] {null, Parties.bytes32()}) {
            CoordinatorException refusal = refused(
                    ErrorCode.CONFLICT_STATE,
                    () -> DESK.validators.attest(
                            second.validator,
                            second.challenge.id(),
                            second.parties.attestation(second.challenge, previous)));
            assertThat(refusal.facts()).containsEntry("previous", one.digest());
        }
        assertThat(DESK.state(second.challenge.id())).isEqualTo(ChallengeState.OFFERED);
        Attestation two = second.parties.attestation(second.challenge, one.digest());
        DESK.validators.attest(second.validator, second.challenge.id(), two);
        var validator = first.parties.validator.address();
        assertThat(DESK.attestations.list(null, validator, null, 50).items()).containsExactly(two, one);
        var page = DESK.attestations.list(null, validator, null, 1);
        assertThat(page.items()).containsExactly(two);
        assertThat(DESK.attestations
                        .list(null, validator, Long.valueOf(String.valueOf(page.nextCursor())), 1)
                        .items())
                .containsExactly(one);
        assertThat(DESK.attestations
                        .list(new Address(first.challenge.node()), null, null, 50)
                        .items())
                .containsExactly(one);
        refused(ErrorCode.NOT_FOUND, () -> DESK.attestations.get(UUID.randomUUID()));
    }

    @Test
    void of_two_that_follow_the_same_one_is_taken() throws Exception {
        for (int round = 0; round < 10; round++) {
            Story first = DESK.new Story().offered();
            Story second = DESK.new Story(first.parties.another(), first.validator).offered();
            var barrier = new CyclicBarrier(2);
            List<Callable<Boolean>> both = Stream.of(first, second)
                    .<Callable<Boolean>>map(story -> () -> {
                        barrier.await();
                        try {
                            DESK.validators.attest(
                                    story.validator,
                                    story.challenge.id(),
                                    story.parties.attestation(story.challenge, null));
                            return true;
                        } catch (CoordinatorException e) {
                            assertThat(e.facts()).containsKey("previous");
                            return false;
                        }
                    })
                    .toList();
            try (var threads = Executors.newFixedThreadPool(2)) {
                List<Future<Boolean>> done = threads.invokeAll(both);
                assertThat(done.get(0).get()).isNotEqualTo(done.get(1).get());
            }
            assertThat(DESK.rows.number(
                            "select count(*) from challenge where account_id = ? and state = 'JUDGED'",
                            first.validator.accountId()))
                    .isEqualTo(1);
        }
    }

    // Ends

    @Test
    void what_nobody_goes_on_with_is_closed_and_may_still_be_judged() {
        Story story = DESK.new Story().asked();
        UUID id = story.challenge.id();
        open(story, story.parties.opening(story.challenge, story.question));
        DESK.rounds.round();
        assertThat(DESK.state(id)).isEqualTo(ChallengeState.OPENED);
        DESK.rows.update("update challenge set give_up_at = now() where id = ?", id);
        DESK.rounds.round();
        assertThat(DESK.state(id)).isEqualTo(ChallengeState.CLOSED);
        assertThat(DESK.rows.number("select count(*) from challenge where id = ? and opening is null", id))
                .isEqualTo(1);
        // the node is free, and whoever waits for a question hears that there will be none
        Story next = DESK.new Story();
        DESK.validators.offer(next.validator, forNode(next.parties, story.parties));
        ChallengeView judged =
                DESK.validators.attest(story.validator, id, story.parties.attestation(story.challenge, null));
        assertThat(judged.state()).isEqualTo(ChallengeState.JUDGED);
    }

    @Test
    void a_node_that_waits_for_a_question_hears_that_there_will_be_none() {
        Story story = DESK.new Story().committed();
        DESK.rows.update("update challenge set give_up_at = now() where id = ?", story.challenge.id());
        DESK.rounds.round();
        refused(
                ErrorCode.CONFLICT_STATE,
                () -> DESK.nodes.question(story.provider, story.challenge.id(), Duration.ofSeconds(30)));
    }

    @Test
    void a_message_moves_the_time_at_which_it_is_given_up() {
        Story story = DESK.new Story().asked();
        assertThat(DESK.rows.number(
                        "select count(*) from challenge where id = ? and give_up_at = open_by + interval '10 minutes'",
                        story.challenge.id()))
                .isEqualTo(1);
    }

    @Test
    void what_is_long_over_is_forgotten_and_its_attestation_stays() {
        Story story = DESK.new Story().offered();
        UUID id = story.challenge.id();
        Attestation attestation = story.parties.attestation(story.challenge, null);
        DESK.validators.attest(story.validator, id, attestation);
        DESK.rounds.round();
        assertThat(DESK.state(id)).isEqualTo(ChallengeState.JUDGED);
        DESK.rows.update("update challenge set over_at = now() - interval '8 days' where id = ?", id);
        DESK.rounds.round();
        refused(ErrorCode.NOT_FOUND, () -> DESK.validators.get(story.validator, id, null, Duration.ZERO));
        assertThat(DESK.attestations.get(id)).isEqualTo(attestation);
    }

    @Test
    void late_by_the_databases_clock_is_late() {
        Story story = DESK.new Story().offered();
        // as if the message had been decided on just before
        DESK.rows.update("update challenge set commit_by = now() where id = ?", story.challenge.id());
        assertThat(DESK.rows
                        .database()
                        .<Boolean>inTransaction(connection -> ChallengeStore.commit(connection, story.commitment)))
                .isFalse();
        assertThat(told(story.machine)).isEmpty();
    }

    @Test
    void own_challenges_are_listed_by_state() {
        Story first = DESK.new Story().committed();
        Story second = DESK.new Story(first.parties.another(), first.validator).offered();
        assertThat(ids(first.validator, null)).containsExactlyInAnyOrder(first.challenge.id(), second.challenge.id());
        assertThat(ids(first.validator, ChallengeState.COMMITTED)).containsExactly(first.challenge.id());
        assertThat(ids(first.validator, ChallengeState.JUDGED)).isEmpty();
        var page = DESK.validators.list(first.validator, null, null, 1);
        var rest = DESK.validators.list(first.validator, null, UUID.fromString(String.valueOf(page.nextCursor())), 1);
        assertThat(List.of(page.items().getFirst().id(), rest.items().getFirst().id()))
                .containsExactlyInAnyOrder(first.challenge.id(), second.challenge.id());
        assertThat(rest.nextCursor()).isNull();
    }

    private static List<UUID> ids(Caller validator, @Nullable ChallengeState state) {
        return DESK.validators.list(validator, state, null, 50).items().stream()
                .map(ChallengeView::id)
                .toList();
    }

    @Test
    void what_was_carried_is_counted() {
        var desk = new ChallengeDesk(TestDatabase.create());
        Story story = desk.new Story().asked();
        desk.rounds.round();
        assertThat(value(desk, "pithead_challenges_carried", "state", "COMMITTED"))
                .isEqualTo(1);
        assertThat(value(desk, "pithead_challenges_open", "state", "ASKED")).isEqualTo(1);
        desk.validators.attest(story.validator, story.challenge.id(), story.parties.attestation(story.challenge, null));
        desk.rounds.round();
        assertThat(value(desk, "pithead_challenges_open", "state", "ASKED")).isZero();
        assertThat(value(desk, "pithead_attestations", "verdict", "VALID")).isEqualTo(1);
    }

    private static double value(ChallengeDesk desk, String name, String label, String word) {
        return desk.metrics.metrics.registry().scrape().stream()
                .filter(series -> series.getMetadata().getPrometheusName().equals(name))
                .flatMap(series -> series.getDataPoints().stream())
                .filter(point -> Map.of(label, word)
                        .equals(Map.of(label, String.valueOf(point.getLabels().get(label)))))
                .mapToDouble(ChallengeCarryIT::number)
                .sum();
    }

    private static double number(DataPointSnapshot point) {
        return switch (point) {
            case CounterSnapshot.CounterDataPointSnapshot counter -> counter.getValue();
            case GaugeSnapshot.GaugeDataPointSnapshot gauge -> gauge.getValue();
            default -> throw new AssertionError(point);
        };
    }
}
