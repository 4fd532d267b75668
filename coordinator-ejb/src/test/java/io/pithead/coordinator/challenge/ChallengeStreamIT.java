package io.pithead.coordinator.challenge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What nodes are sent over their lines, on a real database. */
class ChallengeStreamIT {
    private static final ChallengeDesk DESK = new ChallengeDesk(TestDatabase.create());

    private final Parties parties = new Parties(0);
    private final Caller validator = DESK.validator();
    private final Caller provider = DESK.provider();

    ChallengeStreamIT() {
        DESK.machine(provider, parties.node.address().text());
    }

    private NetworkOffer line() {
        return parties.line(Instant.now(), Parties.bytes32());
    }

    private NetworkOffer offered() {
        NetworkOffer offer = line();
        DESK.validators.offer(validator, offer);
        return offer;
    }

    private ChallengeView view(NetworkOffer offer) {
        return DESK.validators
                .get(validator, offer.challenge().id(), null, Duration.ZERO)
                .join();
    }

    private byte[] fetch(UUID challenge) throws IOException {
        var body = new ByteArrayOutputStream();
        StreamSender sender = DESK.nodes.stream(provider, challenge);
        sender.sendTo(body);
        assertThat(body.size()).isEqualTo((int) sender.length());
        return body.toByteArray();
    }

    private static void refused(ErrorCode code, String like, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CoordinatorException.class, thrown -> {
            assertThat(thrown.code()).as(thrown + " " + thrown.facts()).isEqualTo(code);
            assertThat(thrown.getMessage() + thrown.facts()).contains(like);
        });
    }

    @Test
    void a_stream_flows_and_comes_back_and_when_is_kept() throws IOException, InvalidPayloadException {
        NetworkOffer offer = offered();
        UUID id = offer.challenge().id();
        assertThat(DESK.validators.offer(validator, offer).state()).isEqualTo(ChallengeState.OFFERED);
        assertThat(view(offer).begunAt()).isNull();
        assertThat(DESK.nodes.challenge(provider, id)).isEqualTo(offer.challenge());
        byte[] all = fetch(id);
        assertThat(Digests.sha256Hex(all)).isEqualTo(offer.challenge().nonce());
        var commitment = parties.held(offer);
        DESK.nodes.commit(provider, id, commitment);
        ChallengeView committed = view(offer);
        assertThat(committed.begunAt()).isBetween(committed.fetchedAt(), committed.committedAt());
        Question question = parties.key(offer, commitment, Instant.now().plusSeconds(60));
        DESK.validators.ask(validator, id, question);
        assertThat(view(offer).toldAt()).isNull();
        assertThat(DESK.nodes.question(provider, id, Duration.ZERO).join()).contains(question);
        Instant told = requireNonNull(view(offer).toldAt());
        assertThat(DESK.nodes.question(provider, id, Duration.ZERO).join()).contains(question);
        Opening opening = parties.back(offer, question);
        byte[] body = Json.write(opening);
        DESK.nodes.open(provider, id, OptionalLong.of(body.length), new ByteArrayInputStream(body));
        assertThat(view(offer).toldAt())
                .isEqualTo(told)
                .isBefore(requireNonNull(view(offer).openedAt()));
    }

    @Test
    void who_takes_a_stream_slowly_holds_one_place_and_has_not_fetched_twice() throws IOException {
        NetworkOffer offer = offered();
        UUID id = offer.challenge().id();
        StreamSender first = DESK.nodes.stream(provider, id);
        var blocks = new int[1];
        first.sendTo(new OutputStream() {
            @Override
            public void write(int one) {
                throw new UnsupportedOperationException("blocks only");
            }

            @Override
            public void write(byte[] block) {
                if (blocks[0]++ == 0) {
                    refused(ErrorCode.UNAVAILABLE, "turn", () -> DESK.nodes.stream(provider, id));
                }
            }
        });
        assertThat(blocks[0]).isGreaterThan(1);
        // two are left, so the one that was refused did not count
        fetch(id);
        fetch(id);
        refused(ErrorCode.CONFLICT_STATE, "often enough", () -> DESK.nodes.stream(provider, id));
    }

    @Test
    void a_place_is_free_again_when_its_stream_broke() {
        UUID id = offered().challenge().id();
        StreamSender broken = DESK.nodes.stream(provider, id);
        OutputStream gone = OutputStream.nullOutputStream();
        assertThatCode(gone::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> broken.sendTo(gone)).isInstanceOf(IOException.class);
        assertThat(DESK.nodes.stream(provider, id).length()).isPositive();
    }

    @Test
    void few_flow_at_once_whosever_they_are() {
        var places = new LinePlaces();
        var held = new ArrayList<LinePlaces.Place>();
        for (int i = 0; i < LinePlaces.AT_ONCE; i++) {
            held.add(places.enter(new UUID(0, i)));
        }
        refused(ErrorCode.UNAVAILABLE, "turn", () -> places.enter(new UUID(0, 99)));
        held.getFirst().close();
        held.set(0, places.enter(new UUID(0, 99)));
        held.forEach(LinePlaces.Place::close);
        places.requireRoom(new UUID(0, 1));
    }

    @Test
    void it_flows_three_times_at_most_and_not_after_the_commitment() throws IOException {
        NetworkOffer offer = offered();
        UUID id = offer.challenge().id();
        for (int i = 0; i < StreamStore.MAX_FETCHES; i++) {
            fetch(id);
        }
        Instant begun = requireNonNull(view(offer).begunAt());
        refused(ErrorCode.CONFLICT_STATE, "often enough", () -> DESK.nodes.stream(provider, id));
        assertThat(view(offer).begunAt()).isEqualTo(begun);
        DESK.nodes.commit(provider, id, parties.held(offer));
        refused(ErrorCode.CONFLICT_STATE, "over with the stream", () -> DESK.nodes.stream(provider, id));
    }

    @Test
    void nobody_else_has_it_and_no_other_kind_has_any() {
        NetworkOffer offer = offered();
        refused(
                ErrorCode.NOT_FOUND,
                "",
                () -> DESK.nodes.stream(DESK.provider(), offer.challenge().id()));
        ChallengeDesk.Story product = DESK.new Story().offered();
        refused(ErrorCode.NOT_FOUND, "", () -> DESK.nodes.stream(product.provider, product.challenge.id()));
    }

    @Test
    void a_key_of_another_stream_and_a_stream_without_a_key_are_refused() {
        NetworkOffer offer = line();
        refused(
                ErrorCode.INVALID_PAYLOAD,
                "/key",
                () -> DESK.validators.offer(validator, new NetworkOffer(offer.challenge(), Parties.bytes32())));
        refused(ErrorCode.INVALID_PAYLOAD, "/kind", () -> DESK.validators.offer(validator, offer.challenge()));
    }

    /** Four MiB a day here: what was fetched twice counts twice, and whoever asks. */
    @Test
    void a_node_is_sent_no_more_than_so_much_in_a_day() throws IOException {
        NetworkOffer first = offered();
        fetch(first.challenge().id());
        fetch(first.challenge().id());
        close(first);
        close(offered());
        close(offered());
        refused(ErrorCode.CONFLICT_STATE, "SATED", () -> DESK.validators.offer(validator, line()));
        // however long ago its challenges were forgotten
        DESK.rows.update("update challenge set over_at = now() - interval '300 days' where over_at is not null");
        DESK.rounds.round();
        refused(ErrorCode.CONFLICT_STATE, "SATED", () -> DESK.validators.offer(validator, line()));
        DESK.rows.update(
                "update challenge_stream set made_at = now() - interval '25 hours' where address = ?",
                parties.node.address().text());
        close(offered());
        DESK.rounds.round();
        assertThat(DESK.rows.text(
                        "select count(*) from challenge_stream where address = ?",
                        parties.node.address().text()))
                .isEqualTo("1");
    }

    private static void close(NetworkOffer offer) {
        DESK.rows.update(
                "update challenge set state = 'CLOSED', over_at = now() where id = ?",
                offer.challenge().id());
    }

    @Test
    void what_is_taken_too_slowly_ends_with_its_time() {
        var sender = new StreamSender(
                new NetworkStream(Parties.bytes32()), 1, Duration.ofMillis(-1), new LinePlaces(), new UUID(0, 1));
        assertThatThrownBy(() -> sender.sendTo(OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("over");
    }

    @Test
    void late_challenges_have_no_stream() {
        NetworkOffer offer = offered();
        Challenge challenge = offer.challenge();
        DESK.rows.update("update challenge set commit_by = now() - interval '1 s' where id = ?", challenge.id());
        refused(ErrorCode.CONFLICT_STATE, "too late", () -> DESK.nodes.stream(provider, challenge.id()));
    }
}
