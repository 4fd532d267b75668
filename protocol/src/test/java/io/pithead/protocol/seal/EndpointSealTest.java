package io.pithead.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.seal.EndpointSeal.Place;
import io.pithead.protocol.seal.SealedEndpoint.WrappedKey;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EndpointSealTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "seal", "SealedEndpoint.json");
    private static final String ENDPOINT = "203.0.113.7:8091";
    private static final WalletKey NODE = key(1);
    private static final WalletKey COORDINATOR = key(2);
    private static final WalletKey VALIDATOR = key(3);
    private static final UUID RUN = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
    private static final Place PLACE = new Place(31_337, RUN, NODE.address(), 7);

    private static WalletKey key(int number) {
        byte[] bytes = new byte[WalletKey.BYTES];
        bytes[bytes.length - 1] = (byte) number;
        return WalletKey.of(bytes);
    }

    /** The numbers that the golden document was made with. */
    private static final class Counted extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private int next;

        @Override
        public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = Digests.sha256(Integer.toString(next++).getBytes(StandardCharsets.US_ASCII))[0];
            }
        }
    }

    private static SealedEndpoint sealed() {
        return EndpointSeal.seal(
                PLACE, ENDPOINT, List.of(COORDINATOR.publicKey(), VALIDATOR.publicKey()), new SecureRandom());
    }

    private static SealedEndpoint golden() throws IOException, InvalidPayloadException {
        return Json.read(Files.readAllBytes(GOLDEN), SealedEndpoint.class);
    }

    @Test
    void the_golden_document_was_made_by_another_program_and_opens() throws Exception {
        assertThat(EndpointSeal.open(PLACE, golden(), COORDINATOR)).contains(ENDPOINT);
        assertThat(EndpointSeal.open(PLACE, golden(), VALIDATOR)).contains(ENDPOINT);
    }

    @Test
    void with_its_random_numbers_the_golden_document_is_made_bit_for_bit() throws Exception {
        assertThat(EndpointSeal.seal(
                        PLACE, ENDPOINT, List.of(COORDINATOR.publicKey(), VALIDATOR.publicKey()), new Counted()))
                .isEqualTo(golden());
    }

    @Test
    void each_reader_opens_it_and_nobody_else() {
        SealedEndpoint sealed = sealed();
        assertThat(EndpointSeal.open(PLACE, sealed, COORDINATOR)).contains(ENDPOINT);
        assertThat(EndpointSeal.open(PLACE, sealed, VALIDATOR)).contains(ENDPOINT);
        assertThat(EndpointSeal.open(PLACE, sealed, NODE)).isEmpty();
        assertThat(EndpointSeal.open(PLACE, sealed, key(4))).isEmpty();
    }

    @Test
    void a_reader_needs_no_more_than_its_own_key() {
        SealedEndpoint own = own(sealed(), VALIDATOR);
        assertThat(own.keys()).hasSize(1);
        assertThat(EndpointSeal.open(PLACE, own, VALIDATOR)).contains(ENDPOINT);
        assertThat(sealed().forReader(NODE.address().text())).isNull();
    }

    @Test
    void what_a_reader_had_opens_nothing_that_is_sealed_later() {
        SealedEndpoint first = sealed();
        SealedEndpoint second =
                EndpointSeal.seal(PLACE, ENDPOINT, List.of(COORDINATOR.publicKey()), new SecureRandom());
        var mixed = new SealedEndpoint(
                PLACE.version(), second.content(), own(first, VALIDATOR).keys());
        assertThat(EndpointSeal.open(PLACE, mixed, VALIDATOR)).isEmpty();
    }

    @Test
    void it_is_bound_to_its_chain_run_node_and_version() {
        SealedEndpoint sealed = sealed();
        for (Place other : List.of(
                new Place(1, RUN, NODE.address(), 7),
                new Place(31_337, UUID.randomUUID(), NODE.address(), 7),
                new Place(31_337, RUN, VALIDATOR.address(), 7),
                new Place(31_337, RUN, NODE.address(), 8))) {
            assertThat(EndpointSeal.open(other, sealed, COORDINATOR)).isEmpty();
            var moved = new SealedEndpoint(other.version(), sealed.content(), sealed.keys());
            assertThat(EndpointSeal.open(other, moved, COORDINATOR)).isEmpty();
        }
    }

    @Test
    void it_does_not_pass_for_another_version_of_itself() {
        SealedEndpoint sealed = sealed();
        var renamed = new SealedEndpoint(8L, sealed.content(), sealed.keys());
        assertThat(EndpointSeal.open(PLACE, renamed, COORDINATOR)).isEmpty();
    }

    @Test
    void any_bit_of_content_or_key_changed_opens_nothing() {
        SealedEndpoint sealed = own(sealed(), COORDINATOR);
        WrappedKey key = sealed.keys().getFirst();
        for (int bit = 0; bit < SealedEndpoint.CONTENT_BYTES * Byte.SIZE; bit++) {
            var changed = new SealedEndpoint(7L, flipped(sealed.content(), bit), sealed.keys());
            assertThat(EndpointSeal.open(PLACE, changed, COORDINATOR))
                    .as("bit %s", bit)
                    .isEmpty();
        }
        for (int bit = 0; bit < SealedEndpoint.KEY_BYTES * Byte.SIZE; bit++) {
            var changed = new SealedEndpoint(
                    7L, sealed.content(), List.of(new WrappedKey(key.reader(), flipped(key.key(), bit))));
            assertThat(EndpointSeal.open(PLACE, changed, COORDINATOR))
                    .as("bit %s", bit)
                    .isEmpty();
        }
    }

    /** x = 5 is on no point of the curve; a point of another curve would tell of the key. */
    @Test
    void an_ephemeral_key_off_the_curve_opens_nothing() {
        SealedEndpoint sealed = own(sealed(), COORDINATOR);
        byte[] key = Base64.getUrlDecoder().decode(sealed.keys().getFirst().key());
        for (byte form : new byte[] {2, 3, 4, 0}) {
            byte[] off = key.clone();
            java.util.Arrays.fill(off, 1, 34, (byte) 0);
            off[1] = form;
            off[33] = 5;
            var changed = new SealedEndpoint(
                    7L,
                    sealed.content(),
                    List.of(new WrappedKey(COORDINATOR.address().text(), text(off))));
            assertThat(EndpointSeal.open(PLACE, changed, COORDINATOR)).isEmpty();
        }
    }

    @Test
    void every_endpoint_has_the_same_length_when_it_is_sealed() {
        for (String endpoint : List.of("a:1", ENDPOINT, "x".repeat(EndpointSeal.MAX_TEXT))) {
            SealedEndpoint sealed = EndpointSeal.seal(PLACE, endpoint, List.of(NODE.publicKey()), new SecureRandom());
            assertThat(sealed.content()).hasSize(sealed().content().length());
            assertThat(EndpointSeal.open(PLACE, sealed, NODE)).contains(endpoint);
        }
        for (String endpoint : List.of("", "x".repeat(EndpointSeal.MAX_TEXT + 1))) {
            assertThatThrownBy(() -> EndpointSeal.seal(PLACE, endpoint, List.of(NODE.publicKey()), new SecureRandom()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static SealedEndpoint own(SealedEndpoint sealed, WalletKey reader) {
        return Objects.requireNonNull(sealed.forReader(reader.address().text()));
    }

    private static String flipped(String text, int bit) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return text(bytes);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
