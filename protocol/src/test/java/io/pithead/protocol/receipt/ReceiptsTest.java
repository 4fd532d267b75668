package io.pithead.protocol.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Ed25519;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On the golden receipt, which was signed with the key of RFC 8032's second example. */
class ReceiptsTest {
    private static final PrivateKey KEY = Ed25519.privateKey(HexFormat.of()
            .parseHex("302e020100300506032b657004220420"
                    + "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));

    private final PublicKeys keys = golden("PublicKeys", PublicKeys.class);
    private final Receipt receipt = golden("Receipt", Receipt.class);

    private static <T> T golden(String name, Class<T> type) {
        try {
            return Json.own(Files.readString(Path.of("src/test/resources/golden/receipt", name + ".json")), type);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode changed(Receipt receipt, String member, String value) {
        ObjectNode changed = Json.toTree(receipt).deepCopy();
        changed.set(member, Json.own(value, JsonNode.class));
        return changed;
    }

    /** With a good signature, so that nothing but its content is wrong with it. */
    private List<String> problemsOnceSigned(ObjectNode content) {
        Receipt signed =
                Receipts.sign(Json.own(content.toString(), Receipt.class).withSignature(null), "k1", KEY);
        return Receipts.problems(Json.toTree(signed), keys);
    }

    @Test
    void a_receipt_is_signed_today_as_it_was_signed_ever_before() {
        assertThat(Receipts.sign(receipt.withSignature(null), "k1", KEY)).isEqualTo(receipt);
        assertThat(Receipts.problems(Json.toTree(receipt), keys)).isEmpty();
    }

    /** With a signature of its own, which a verifier that has never heard of withdrawals takes, too. */
    @Test
    void a_receipt_that_was_withdrawn_says_so_and_nobody_takes_that_away() {
        Receipt withdrawn = golden("Receipt.withdrawn", Receipt.class);
        assertThat(Receipts.problems(Json.toTree(withdrawn), keys)).isEmpty();
        ObjectNode paid = Json.toTree(withdrawn).deepCopy();
        paid.remove("withdrawn_at");
        assertThat(Receipts.problems(paid, keys)).containsExactly("its signature does not match its content");
        assertThat(Receipts.problems(changed(receipt, "withdrawn_at", "\"2026-11-01T18:00:00Z\""), keys))
                .containsExactly("its signature does not match its content");
    }

    @Test
    void each_member_is_covered_by_the_signature() {
        for (Map.Entry<String, JsonNode> member : Json.toTree(receipt).properties()) {
            if (member.getKey().equals("signature")) {
                continue;
            }
            String other = switch (member.getKey()) {
                case "started_at" -> "\"2026-11-01T11:59:59Z\"";
                case "completed_at" -> "\"2026-11-01T12:00:09Z\"";
                case "receipt_id", "job_id" -> "\"0198f3a0-0000-7000-8000-0000000000ff\"";
                case "metadata" -> "{}";
                default -> member.getValue().isNumber() ? "7" : "\"7\"";
            };
            assertThat(Receipts.problems(changed(receipt, member.getKey(), other), keys))
                    .as(member.getKey())
                    .containsExactly("its signature does not match its content");
        }
        assertThat(Receipts.problems(changed(receipt, "of_a_later_version", "1"), keys))
                .containsExactly("its signature does not match its content");
    }

    @Test
    void a_member_of_a_later_version_does_not_stand_in_the_way_when_it_was_signed() {
        ObjectNode later = changed(receipt.withSignature(null), "of_a_later_version", "[1]");
        byte[] digest = Digests.sha256(CanonicalJson.bytes(later));
        later.set(
                "signature",
                Json.toTree(new ReceiptSignature("Ed25519", "k1", Ed25519.base64Url(Ed25519.sign(KEY, digest)))));
        assertThat(Receipts.problems(later, keys)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null|it is not signed",
                "{\"alg\":\"Ed25519\",\"key_id\":\"k1\"}|it is not signed",
                "{\"alg\":\"Ed25519\",\"sig\":\"AA\"}|it is not signed",
                "{\"alg\":\"none\",\"key_id\":\"k1\",\"sig\":\"AA\"}|its signature algorithm is not Ed25519",
                "{\"key_id\":\"k1\",\"sig\":\"AA\"}|its signature algorithm is not Ed25519",
                "{\"alg\":\"Ed25519\",\"key_id\":\"mine\",\"sig\":\"AA\"}|its key mine is not one of the coordinator's",
                "{\"alg\":\"Ed25519\",\"key_id\":\"k1\",\"sig\":\"A+\"}|its signature cannot be read",
                "{\"alg\":\"Ed25519\",\"key_id\":\"k1\",\"sig\":\"AA\"}|its signature does not match its content",
            })
    void a_signature_that_is_none_is_told_so(String signature, String problem) {
        assertThat(Receipts.problems(changed(receipt, "signature", signature), keys))
                .containsExactly(problem);
    }

    @Test
    void a_key_of_the_signers_own_choosing_is_no_key_of_the_coordinator() {
        Receipt forged = Receipts.sign(
                receipt.withSignature(null), "k1", Ed25519.generate().getPrivate());
        assertThat(Receipts.problems(Json.toTree(forged), keys))
                .containsExactly("its signature does not match its content");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "completed_at|\"2026-11-01T11:59:59Z\"|completed_at is before started_at",
                "units|\"-1\"|units is not a non-negative decimal",
                "units|\"NaN\"|units is not a non-negative decimal",
                "price|\"1e3\"|price is not a non-negative decimal",
            })
    void a_signature_does_not_make_nonsense_good(String member, String value, String problem) {
        assertThat(problemsOnceSigned(changed(receipt, member, value))).containsExactly(problem);
    }

    @Test
    void equal_times_are_no_nonsense() {
        assertThat(problemsOnceSigned(changed(receipt, "completed_at", "\"2026-11-01T12:00:00Z\"")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"job_id", "started_at", "completed_at", "price", "units", "duration_ms", "metadata"})
    void a_document_that_lacks_a_member_is_no_receipt(String member) {
        ObjectNode less = Json.toTree(receipt).deepCopy();
        less.remove(member);
        assertThat(Receipts.problems(less, keys)).containsExactly("it does not have the members of a receipt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "7", "\"receipt\"", "null", "{}"})
    void any_other_document_is_no_receipt(String document) {
        assertThat(Receipts.problems(Json.own(document, JsonNode.class), keys)).isNotEmpty();
    }
}
