package io.pithead.protocol.challenge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Eip712;
import io.pithead.protocol.signing.RecoverableSignature;
import io.pithead.protocol.signing.WalletKey;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What one party of a challenge says and signs. The signature is over typed data (EIP-712), so that a contract can check it, and a wallet
 * that signs it signs nothing else: the kind of message, and the digest of its document.
 */
public sealed interface ChallengeMessage permits Challenge, Commitment, Question, Opening, Attestation {
    String TYPE = "ChallengeMessage(string kind,bytes32 document)";

    /** Absent only before it is signed. */
    @Nullable
    String signature();

    /** What is digested: all members, or what stands for them, but the signature. */
    default ObjectNode document() {
        ObjectNode document = Json.toTree(this).deepCopy();
        document.remove("signature");
        return document;
    }

    /** SHA-256 of the document's canonical JSON (RFC 8785), in hex. */
    default String digest() {
        return Digests.sha256Hex(CanonicalJson.bytes(document()));
    }

    /** @param chain on which the parties' keys count; the one of the challenge */
    default byte[] signedDigest(long chain) {
        byte[] message = Eip712.struct(
                TYPE, Eip712.text(getClass().getSimpleName()), HexFormat.of().parseHex(digest()));
        return Eip712.digest(Eip712.domain("Pithead Challenges", "1", chain), message);
    }

    default String signatureOf(long chain, WalletKey key) {
        return key.sign(signedDigest(chain)).toString();
    }

    default boolean isSignedBy(long chain, String address) {
        String signature = signature();
        return signature != null
                && RecoverableSignature.parse(signature)
                        .flatMap(made -> made.signer(signedDigest(chain)))
                        .map(key -> key.address().equals(new Address(address)))
                        .orElse(false);
    }

    /** One digest for all that a verdict rests on; what there was not is 32 zeros. */
    static String evidence(
            Challenge challenge,
            @Nullable Commitment commitment,
            @Nullable Question question,
            @Nullable Opening opening) {
        ByteBuffer digests = ByteBuffer.allocate(4 * Digests.sha256().getDigestLength());
        int at = 0;
        for (ChallengeMessage message : new @Nullable ChallengeMessage[] {challenge, commitment, question, opening}) {
            if (message != null) {
                digests.put(at, HexFormat.of().parseHex(message.digest()));
            }
            at += digests.capacity() / 4;
        }
        return Digests.sha256Hex(digests.array());
    }
}
