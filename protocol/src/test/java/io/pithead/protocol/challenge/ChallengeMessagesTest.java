package io.pithead.protocol.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DeflaterOutputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChallengeMessagesTest {
    private static final WalletKey VALIDATOR = WalletKey.generate(new SecureRandom());
    private static final WalletKey NODE = WalletKey.generate(new SecureRandom());
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final UUID ID = UUID.fromString("019a9d3c-8e00-7000-8000-000000000001");
    private static final String SOME = Digests.sha256Hex(new byte[] {1});
    private static final String OTHER = Digests.sha256Hex(new byte[] {2});

    private static Challenge challenge(UUID id, WalletKey node, int size, int rows, String nonce) {
        return new Challenge(
                id,
                31_337L,
                VALIDATOR.address().text(),
                node.address().text(),
                ChallengeKind.COMPUTE,
                size,
                rows,
                nonce,
                NOW,
                NOW.plusSeconds(60),
                null);
    }

    private static Challenge challenge() {
        return challenge(ID, NODE, 100, 20, SOME);
    }

    private static Question question(String commitment, String question) {
        return new Question(ID, commitment, question, NOW, null);
    }

    @Test
    void a_message_is_its_signers_on_its_chain_and_nobody_elses() {
        Challenge signed = challenge().signed(VALIDATOR);

        assertThat(signed.isSignedBy(31_337, VALIDATOR.address().text())).isTrue();
        assertThat(signed.isSignedBy(31_337, NODE.address().text())).isFalse();
        assertThat(signed.isSignedBy(1, VALIDATOR.address().text())).isFalse();
        assertThat(challenge().isSignedBy(31_337, VALIDATOR.address().text())).isFalse();
    }

    @Test
    void a_signature_covers_every_member_and_no_other_kind_of_message() throws Exception {
        Challenge signed = challenge().signed(VALIDATOR);
        var other = new Challenge(
                ID,
                31_337L,
                signed.validator(),
                signed.node(),
                ChallengeKind.COMPUTE,
                101,
                signed.rows(),
                signed.nonce(),
                NOW,
                signed.commitBy(),
                signed.signature());

        assertThat(other.isSignedBy(31_337, VALIDATOR.address().text())).isFalse();
        assertThat(signed.digest()).isEqualTo(challenge().digest());
        assertThat(Json.read(Json.write(signed), Challenge.class)
                        .isSignedBy(31_337, VALIDATOR.address().text()))
                .isTrue();
        byte[] asQuestion = question(SOME, OTHER).signedDigest(1);
        byte[] asCommitment = new Commitment(ID, SOME, OTHER, null).signedDigest(1);
        assertThat(asQuestion).isNotEqualTo(asCommitment);
    }

    /** As another wallet and a contract would make it. */
    @Test
    void what_is_signed_is_typed_data_of_the_kind_and_the_documents_digest() {
        Question question = question(SOME, OTHER);
        String document = "{\"challenge\":\"" + ID + "\",\"commitment\":\"" + SOME
                + "\",\"open_by\":\"2026-11-22T02:00:00Z\",\"question\":\"" + OTHER + "\"}";
        byte[] message = Keccak.digest(
                keccak("ChallengeMessage(string kind,bytes32 document)"),
                keccak("Question"),
                Digests.sha256(document.getBytes(StandardCharsets.UTF_8)));
        byte[] domain = Keccak.digest(
                keccak("EIP712Domain(string name,string version,uint256 chainId)"),
                keccak("Pithead Challenges"),
                keccak("1"),
                HexFormat.of().parseHex("0".repeat(60) + "7a69"));

        assertThat(question.signedDigest(31_337)).isEqualTo(Keccak.digest(new byte[] {0x19, 0x01}, domain, message));
    }

    private static byte[] keccak(String text) {
        return Keccak.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void an_openings_digest_covers_each_rows_index_values_and_path() {
        var row = new OpenedRow(3, "AAAA", List.of(SOME));
        var digests = List.of(
                        row,
                        new OpenedRow(4, "AAAA", List.of(SOME)),
                        new OpenedRow(3, "AAAB", List.of(SOME)),
                        new OpenedRow(3, "AAAA", List.of(OTHER)),
                        new OpenedRow(3, "AAAA", List.of()))
                .stream()
                .map(each -> new Opening(ID, SOME, List.of(each), null).digest())
                .toList();

        assertThat(digests).doesNotHaveDuplicates().hasSize(5);
    }

    @Test
    void a_seed_is_of_one_challenge_one_node_and_one_nonce() {
        assertThat(List.of(
                        HexFormat.of().formatHex(challenge().seed()),
                        HexFormat.of()
                                .formatHex(challenge(new UUID(0, 1), NODE, 100, 20, SOME)
                                        .seed()),
                        HexFormat.of()
                                .formatHex(
                                        challenge(ID, VALIDATOR, 100, 20, SOME).seed()),
                        HexFormat.of()
                                .formatHex(challenge(ID, NODE, 100, 20, OTHER).seed())))
                .doesNotHaveDuplicates();
    }

    /** Written down once more from the definition, so that another prover can be written from it. */
    @Test
    void a_row_is_the_key_stream_under_seed_matrix_and_index() throws Exception {
        byte[] seed = challenge().seed();
        byte[] row = new byte[100];
        new MatrixRows(seed).b(77, row);

        byte[] text = HexFormat.of().parseHex(HexFormat.of().formatHex(seed) + "42" + "0000004d");
        Cipher aes = Cipher.getInstance("AES/CTR/NoPadding");
        aes.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(Arrays.copyOf(Digests.sha256(text), 16), "AES"),
                new IvParameterSpec(new byte[16]));
        assertThat(row).isEqualTo(aes.doFinal(new byte[100]));
    }

    @Test
    void rows_of_the_two_matrices_differ_and_are_made_in_any_order() {
        var rows = new MatrixRows(challenge().seed());
        byte[] a5 = new byte[64];
        byte[] b5 = new byte[64];
        byte[] a6 = new byte[64];
        rows.a(6, a6);
        rows.b(5, b5);
        rows.a(5, a5);
        byte[] again = new byte[64];
        new MatrixRows(challenge().seed()).a(6, again);

        assertThat(a5).isNotEqualTo(b5).isNotEqualTo(a6);
        assertThat(a6).isEqualTo(again);
        assertThatThrownBy(() -> rows.a(64, a6)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void what_is_asked_follows_from_question_and_commitment() {
        int[] rows = Asked.rows(challenge(), question(SOME, OTHER));

        assertThat(rows).hasSize(20).doesNotHaveDuplicates().isSorted();
        assertThat(Arrays.stream(rows)).allMatch(row -> row >= 0 && row < 100);
        assertThat(Asked.rows(challenge(), question(SOME, OTHER))).isEqualTo(rows);
        assertThat(Asked.rows(challenge(), question(OTHER, OTHER))).isNotEqualTo(rows);
        assertThat(Asked.rows(challenge(), question(SOME, SOME))).isNotEqualTo(rows);
        long[] vector = Asked.vector(challenge(), question(SOME, OTHER));
        assertThat(vector).hasSize(100).isNotEqualTo(Asked.vector(challenge(), question(OTHER, OTHER)));
        assertThat(Arrays.stream(vector)).allMatch(number -> number >= 0 && number < PrimeField.P);
        assertThat(Asked.rows(challenge(ID, NODE, 5, 5, SOME), question(SOME, OTHER)))
                .containsExactly(0, 1, 2, 3, 4);
    }

    /** Over many questions each row is asked for as often as any other: 5 standard deviations, so a fair one fails never. */
    @Test
    void every_row_is_asked_for_equally_often() {
        int[] asked = new int[50];
        int questions = 4_000;
        Challenge challenge = challenge(ID, NODE, 50, 10, SOME);
        for (int i = 0; i < questions; i++) {
            String question = Digests.sha256Hex(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
            for (int row : Asked.rows(challenge, question(SOME, question))) {
                asked[row]++;
            }
        }
        double share = 10 / 50.0;
        double slack = 5 * Math.sqrt(questions * share * (1 - share));
        assertThat(Arrays.stream(asked)).allMatch(count -> Math.abs(count - questions * share) < slack);
    }

    @Test
    void an_opened_row_gives_nothing_but_rows_of_the_right_length() {
        int[] row = {1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, 0};
        OpenedRow opened = OpenedRow.of(0, row, new RowTree(new byte[RowTree.HASH]));

        assertThat(opened.bytes(5).map(RowTree::row)).hasValue(row);
        assertThat(opened.bytes(4)).isEmpty();
        assertThat(opened.bytes(6)).isEmpty();
        String unpadded = opened.values().replace('=', 'A');
        assertThat(new OpenedRow(0, unpadded, List.of()).bytes(5)).isEmpty();
        String broken = "!" + opened.values().substring(1);
        assertThat(new OpenedRow(0, broken, List.of()).bytes(5)).isEmpty();
    }

    @Test
    void the_largest_right_answer_fits_into_the_bytes_that_it_may_have() {
        Challenge challenge = challenge(ID, NODE, 65_536, 2, SOME);
        var tree = new RowTree(new byte[65_536 * RowTree.HASH]);
        var rows = List.of(OpenedRow.of(65_534, new int[65_536], tree), OpenedRow.of(65_535, new int[65_536], tree));
        var opening = new Opening(ID, SOME, rows, null).signed(1, NODE);

        assertThat(Json.write(opening).length).isLessThan(Opening.maxBytes(challenge));
    }

    @Test
    void what_is_out_of_bounds_is_named() throws Exception {
        String good = Files.readString(Path.of("src/test/resources/golden/challenge/Challenge.json"));
        assertThatThrownBy(() -> read(good.replace("\"size\": 4096", "\"size\": 65537")))
                .isInstanceOfSatisfying(
                        InvalidPayloadException.class,
                        e -> assertThat(e.problems()).containsOnlyKeys("/size"));
        assertThatThrownBy(() -> read(good.replace("\"rows\": 20", "\"rows\": 65")))
                .isInstanceOfSatisfying(
                        InvalidPayloadException.class,
                        e -> assertThat(e.problems()).containsOnlyKeys("/rows"));
        assertThatThrownBy(() -> challenge(ID, NODE, 10, 11, SOME))
                .hasMessageContaining("must not be more than there are");
        assertThatThrownBy(() -> read(good.replace("\"size\": 4096,", "")))
                .isInstanceOfSatisfying(
                        InvalidPayloadException.class,
                        e -> assertThat(e.problems()).containsOnlyKeys("/size"));
        assertThatThrownBy(() -> challenge(ID, NODE, 10, 5, "0x" + SOME)).hasMessageContaining("nonce");
    }

    @Test
    void only_memory_has_turns_and_it_has_some() throws Exception {
        String good = Files.readString(Path.of("src/test/resources/golden/challenge/Challenge.memory.json"));
        for (String bad : List.of(
                good.replace("\"turns\": 8,", ""),
                good.replace("\"turns\": 8", "\"turns\": 0"),
                good.replace("\"turns\": 8", "\"turns\": 1025"),
                good.replace("MEMORY", "COMPUTE"))) {
            assertThatThrownBy(() -> read(bad))
                    .isInstanceOfSatisfying(
                            InvalidPayloadException.class,
                            e -> assertThat(e.problems()).containsOnlyKeys("/turns"));
        }
    }

    @Test
    void a_stream_is_bounded_has_no_turns_and_as_many_blocks_as_are_asked_for() throws Exception {
        String good = Files.readString(Path.of("src/test/resources/golden/challenge/Challenge.network.json"));
        assertThat(read(good).leaves()).isEqualTo(8 * 16);
        assertThat(read(good).mostOpened()).isEqualTo(20);
        for (var bad : Map.of(
                        good.replace("\"size\": 8", "\"size\": 65"), "/size",
                        good.replace("\"size\": 8", "\"size\": 1"), "/rows",
                        good.replace("\"rows\": 20", "\"rows\": 20, \"turns\": 1"), "/turns")
                .entrySet()) {
            assertThatThrownBy(() -> read(bad.getKey()))
                    .isInstanceOfSatisfying(
                            InvalidPayloadException.class,
                            e -> assertThat(e.problems()).containsOnlyKeys(bad.getValue()));
        }
        String offer = Files.readString(Path.of("src/test/resources/golden/challenge/NetworkOffer.json"));
        for (var bad : List.of(offer.replace("NETWORK", "COMPUTE"), offer.replace("5f5f", "5F5F"))) {
            assertThatThrownBy(() -> Json.read(bad.getBytes(StandardCharsets.UTF_8), NetworkOffer.class))
                    .isInstanceOf(InvalidPayloadException.class);
        }
    }

    /** Any block by itself is what it is in the whole, another key makes another stream, and what is committed to is the node's own. */
    @Test
    void a_stream_follows_from_its_key_and_what_is_held_of_it_from_the_challenge_too() throws Exception {
        var stream = new NetworkStream(SOME);
        var all = new ByteArrayOutputStream();
        stream.sendTo(all::write, 1);
        assertThat(all.size()).isEqualTo(1 << 20);
        assertThat(Arrays.copyOfRange(all.toByteArray(), 5 * NetworkStream.BLOCK, 6 * NetworkStream.BLOCK))
                .isEqualTo(stream.block(5));
        assertThat(stream.nonce(1)).isEqualTo(Digests.sha256Hex(all.toByteArray()));
        assertThat(new NetworkStream(OTHER).nonce(1)).isNotEqualTo(stream.nonce(1));
        Challenge one = line(ID, NODE, stream.nonce(1));
        Challenge anothers = line(ID, VALIDATOR, stream.nonce(1));
        Challenge later = line(UUID.randomUUID(), NODE, stream.nonce(1));
        assertThat(List.of(stream.root(one), stream.root(anothers), stream.root(later)))
                .doesNotHaveDuplicates();
        // nothing is saved by packing it
        var packed = new ByteArrayOutputStream();
        try (var zip = new DeflaterOutputStream(packed)) {
            zip.write(all.toByteArray());
        }
        assertThat(packed.size()).isGreaterThan(all.size());
    }

    @Test
    void a_container_is_bounded_has_no_turns_and_one_thing_to_tell() throws Exception {
        String good = Files.readString(Path.of("src/test/resources/golden/challenge/Challenge.container.json"));
        assertThat(read(good).leaves()).isEqualTo(1);
        assertThat(read(good).mostOpened()).isEqualTo(1);
        for (var bad : Map.of(
                        good.replace("\"size\": 48", "\"size\": 65"), "/size",
                        good.replace("\"size\": 48", "\"size\": 15"), "/size",
                        good.replace("\"rows\": 1", "\"rows\": 2"), "/rows",
                        good.replace("\"rows\": 1", "\"rows\": 1, \"turns\": 1"), "/turns")
                .entrySet()) {
            assertThatThrownBy(() -> read(bad.getKey()))
                    .isInstanceOfSatisfying(
                            InvalidPayloadException.class,
                            e -> assertThat(e.problems()).containsOnlyKeys(bad.getValue()));
        }
        var said = List.of(OpenedRow.of(0, ContainerFacts.page("x".repeat(ContainerFacts.BYTES))));
        var opening = new Opening(ID, SOME, said, null).signed(1, NODE);
        assertThat(Json.write(opening).length).isLessThan(Opening.maxBytes(read(good)));
        // and nothing that is much larger is read
        assertThat(Opening.maxBytes(read(good))).isLessThan(5_000);
    }

    /** As a shell makes it: {@code printf '%s' "pithead container facts v1$nl$SEED$nl$facts" | sha256sum}. */
    @Test
    void what_a_container_says_is_of_its_challenge_and_its_limits_follow_from_that() throws Exception {
        Challenge one = read(Files.readString(Path.of("src/test/resources/golden/challenge/Challenge.container.json")));
        String seed = HexFormat.of().formatHex(one.seed());
        assertThat(ContainerFacts.seed(one)).isEqualTo(seed);
        assertThat(ContainerFacts.digest(one, "Pid:1\n"))
                .isEqualTo(Digests.sha256Hex(
                        ("pithead container facts v1\n" + seed + "\nPid:1\n").getBytes(StandardCharsets.US_ASCII)));
        assertThat(ContainerFacts.pids(one)).isBetween(32, 95).isEqualTo(32 + (one.seed()[0] & 63));
        assertThat(ContainerFacts.memoryBytes(one)).isEqualTo(48L << 20);
        assertThat(ContainerFacts.text(ContainerFacts.page("Pid:1\n"))).hasValue("Pid:1\n");
        for (String odd : List.of("a\0b", "\u00e9", "a\tb", "\u001b[0m")) {
            assertThat(ContainerFacts.text(ContainerFacts.page(odd))).as(odd).isEmpty();
        }
        String none = ContainerFacts.none("away\u00e9\n" + "x".repeat(2_000));
        assertThat(ContainerFacts.text(ContainerFacts.page(none))).hasValue(none);
        assertThat(ContainerFacts.whyNone(none))
                .hasValueSatisfying(why -> assertThat(why).startsWith("away  xxx"));
        assertThat(ContainerFacts.hold(one, none)).isFalse();
        assertThatThrownBy(() -> ContainerFacts.page("x".repeat(ContainerFacts.BYTES + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Challenge line(UUID id, WalletKey node, String nonce) {
        return new Challenge(
                id,
                31_337L,
                VALIDATOR.address().text(),
                node.address().text(),
                ChallengeKind.NETWORK,
                1,
                8,
                nonce,
                NOW,
                NOW.plusSeconds(60),
                null);
    }

    /** What was signed before there was memory to ask for keeps its digest. */
    @Test
    void a_challenge_without_turns_says_nothing_of_them() {
        assertThat(challenge().document().has("turns")).isFalse();
    }

    private static Challenge read(String json) throws InvalidPayloadException {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Challenge.class);
    }

    @Test
    void evidence_tells_what_there_was_from_what_there_was_not() {
        var commitment = new Commitment(ID, SOME, OTHER, null);
        assertThat(List.of(
                        ChallengeMessage.evidence(challenge(), null, null, null),
                        ChallengeMessage.evidence(challenge(), commitment, null, null),
                        ChallengeMessage.evidence(challenge(), commitment, question(SOME, OTHER), null)))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_verdict_has_the_reason_that_it_needs() {
        assertThatThrownBy(() -> verdict(Verdict.INVALID, null)).hasMessageContaining("reason");
        assertThatThrownBy(() -> verdict(Verdict.VALID, VerdictReason.WRONG_ROWS))
                .hasMessageContaining("reason");
        assertThatThrownBy(() -> verdict(Verdict.INVALID, VerdictReason.NO_COMMITMENT))
                .hasMessageContaining("reason");
        assertThat(verdict(Verdict.VALID, null)
                        .signed(VALIDATOR)
                        .isSignedBy(31_337, VALIDATOR.address().text()))
                .isTrue();
    }

    private static Attestation verdict(Verdict verdict, @Nullable VerdictReason reason) {
        return new Attestation(
                ID,
                31_337L,
                VALIDATOR.address().text(),
                NODE.address().text(),
                AttestationKind.COMPUTE,
                100,
                20,
                verdict,
                reason,
                null,
                null,
                SOME,
                null,
                NOW,
                NOW.plusSeconds(1),
                null);
    }
}
