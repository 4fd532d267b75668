package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Eip712;
import io.pithead.protocol.signing.RecoverableSignature;
import io.pithead.protocol.signing.WalletKey;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says of a job's output and signs, as typed data (EIP-712): the kind of message, and the digest of its document. It is about
 * no chain, so its domain has the chain 0.
 */
public sealed interface WorkMessage permits Finding, ProofClaim {
    String TYPE = "WorkMessage(string kind,bytes32 document)";

    /** Absent only before it is signed. */
    @Nullable
    String signature();

    /** SHA-256 of its canonical JSON (RFC 8785) without the signature, in hex. */
    default String digest() {
        ObjectNode document = Json.toTree(this).deepCopy();
        document.remove("signature");
        return Digests.sha256Hex(CanonicalJson.bytes(document));
    }

    default byte[] signedDigest() {
        byte[] message = Eip712.struct(
                TYPE, Eip712.text(getClass().getSimpleName()), HexFormat.of().parseHex(digest()));
        return Eip712.digest(Eip712.domain("Pithead Work", "1", 0), message);
    }

    default String signatureOf(WalletKey key) {
        return key.sign(signedDigest()).toString();
    }

    default boolean isSignedBy(String address) {
        String signature = signature();
        return signature != null
                && RecoverableSignature.parse(signature)
                        .flatMap(made -> made.signer(signedDigest()))
                        .map(key -> key.address().equals(new Address(address)))
                        .orElse(false);
    }
}
