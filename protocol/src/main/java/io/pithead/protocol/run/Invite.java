package io.pithead.protocol.run;

import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.RecoverableSignature;
import java.time.Instant;
import java.util.UUID;

/**
 * An offer to a node to join a run, in a heartbeat's directive until it is answered or over. The run's manager signed it
 * ({@code Invite} of EIP-712, docs/CONTRACTS.md); a node takes it only if the chain itself says who the manager is.
 *
 * @param run what the coordinator calls the run
 * @param number what the chain calls it
 * @param runs the contract that says who manages the run
 * @param memberships the contract that takes the invite
 * @param node whom it is for
 * @param nonce unique in the run
 * @param expiry by the chain's clock, whole seconds
 */
public record Invite(
        UUID id,
        UUID run,
        long chain,
        long number,
        String runs,
        String memberships,
        String node,
        long nonce,
        Instant expiry,
        String manager,
        String signature) {
    /** Whether the manager that it names signed it; whether that is the run's manager only the chain knows. */
    public boolean hasGoodSignature() {
        return Address.parse(manager).isPresent()
                && RecoverableSignature.parse(signature)
                        .flatMap(made -> made.signer(ContractMessages.invite(terms())))
                        .filter(key -> key.address().text().equals(manager))
                        .isPresent();
    }

    /** As the contract takes it. @throws IllegalArgumentException for addresses in another form than the one */
    public ContractMessages.InviteTerms terms() {
        return new ContractMessages.InviteTerms(
                chain, new Address(memberships), number, new Address(node), nonce, expiry.getEpochSecond());
    }
}
