package io.pithead.protocol.chain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/sanctions}: what follows on a chain from validators' having rejected a node there.
 *
 * @param round of the contract's, which the verdict was of
 * @param reason the contract's code of it
 * @param evidence digest of an attestation against the node ({@code GET /v1/attestations?node=}), where this coordinator has one
 * @param amount of stake that was to be held
 * @param slash its number in {@code ProviderRegistry}, once it is proposed
 * @param held what there was of the amount
 * @param appealUntil the provider may object, by {@code ProviderRegistry.appeal(slash, statement)}
 * @param decideUntil the arbiter may decide about the appeal; then it lapses
 * @param withdrawal why an operator takes it back
 * @param refusal why the slash, or what was asked last for it, did not come about
 * @param ejectionRefusal why the node was not ejected
 */
public record Sanction(
        UUID id,
        long chain,
        String node,
        String provider,
        long round,
        int reason,
        @Nullable String evidence,
        State state,
        String amount,
        @Nullable Long slash,
        @Nullable String held,
        @Nullable Instant appealUntil,
        @Nullable Instant decideUntil,
        @Nullable String withdrawal,
        @Nullable Instant ejectedAt,
        @Nullable String refusal,
        @Nullable String ejectionRefusal,
        Instant foundAt,
        Instant changedAt) {

    /** As the chain has it; before it is there, and where it will not be, by our own word. */
    public enum State {
        FOUND,
        PROPOSED,
        APPEALED,
        /** The stake is gone. */
        EXECUTED,
        /** The arbiter gave it back. */
        OVERTURNED,
        /** Given back, because nobody decided in time. */
        LAPSED,
        /** An operator gave it back. */
        WITHDRAWN,
        /** It was not proposed; an operator may have it tried again. */
        REFUSED
    }
}
