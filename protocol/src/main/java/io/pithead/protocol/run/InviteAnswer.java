package io.pithead.protocol.run;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.RecoverableSignature;

/** {@code POST /v1/miner/invites/{id}/accept}: the node's signature ({@code Acceptance} of EIP-712) over what it was offered. */
public record InviteAnswer(String signature) {
    public InviteAnswer {
        new Checks()
                .present("signature", signature)
                .that(
                        "signature",
                        signature == null
                                || RecoverableSignature.parse(signature).isPresent(),
                        "must be 65 bytes: 0x and 130 hex digits")
                .done();
    }
}
