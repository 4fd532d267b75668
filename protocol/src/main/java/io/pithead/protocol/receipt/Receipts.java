package io.pithead.protocol.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Ed25519;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Signs and checks receipts. The check trusts only keys that the verifier brings, never one named by the receipt. */
public final class Receipts {
    private Receipts() {}

    public static Receipt sign(Receipt receipt, String keyId, PrivateKey key) {
        return sign(receipt, keyId, bytes -> Ed25519.sign(key, bytes));
    }

    /** @param ed25519 signs with the key of that id */
    public static Receipt sign(Receipt receipt, String keyId, UnaryOperator<byte[]> ed25519) {
        byte[] sig = ed25519.apply(signedBytes(Json.toTree(receipt)));
        return receipt.withSignature(new ReceiptSignature(Ed25519.ALG, keyId, Ed25519.base64Url(sig)));
    }

    /**
     * Checks a receipt as it was received, so that members a later version added are covered too.
     *
     * @return what is wrong with it; empty when it is good
     */
    public static List<String> problems(JsonNode received, PublicKeys trusted) {
        var problems = new ArrayList<String>();
        Receipt receipt;
        try {
            receipt = Json.own(received.toString(), Receipt.class);
        } catch (RuntimeException e) {
            return List.of("it does not have the members of a receipt");
        }
        // the document may be the word null
        if (receipt == null
                || receipt.jobId() == null
                || receipt.startedAt() == null
                || receipt.completedAt() == null
                || receipt.price() == null
                || receipt.units() == null) {
            return List.of("it does not have the members of a receipt");
        }
        if (receipt.completedAt().isBefore(receipt.startedAt())) {
            problems.add("completed_at is before started_at");
        }
        amount(problems, "units", receipt.units());
        amount(problems, "price", receipt.price());
        problems.addAll(signatureProblems(received, receipt, trusted));
        return problems;
    }

    private static List<String> signatureProblems(JsonNode received, Receipt receipt, PublicKeys trusted) {
        ReceiptSignature signature = receipt.signature();
        if (signature == null || signature.sig() == null || signature.keyId() == null) {
            return List.of("it is not signed");
        }
        if (!Ed25519.ALG.equals(signature.alg())) {
            return List.of("its signature algorithm is not " + Ed25519.ALG);
        }
        var key = trusted.byId(signature.keyId());
        if (key.isEmpty()) {
            return List.of("its key " + signature.keyId() + " is not one of the coordinator's");
        }
        try {
            var publicKey = Ed25519.publicKey(Ed25519.fromBase64Url(key.get().publicKey()));
            boolean good = Ed25519.verify(publicKey, signedBytes(received), Ed25519.fromBase64Url(signature.sig()));
            return good ? List.of() : List.of("its signature does not match its content");
        } catch (IllegalArgumentException e) {
            return List.of("its signature cannot be read");
        }
    }

    private static void amount(List<String> problems, String member, String text) {
        try {
            Money.parse(text);
        } catch (IllegalArgumentException e) {
            problems.add(member + " is not a non-negative decimal");
        }
    }

    private static byte[] signedBytes(JsonNode receipt) {
        ObjectNode unsigned = receipt.deepCopy();
        unsigned.remove("signature");
        return Digests.sha256(CanonicalJson.bytes(unsigned));
    }
}
