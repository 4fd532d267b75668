package io.pithead.miner.membership.core;

import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.RunStatus;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.signing.Address;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Whether an invite is taken. The coordinator only carries it: what it says counts as far as the run's manager signed it. */
public final class InvitePolicy {
    private InvitePolicy() {}

    /** Why an invite is not taken. */
    public enum Refusal {
        MALFORMED,
        FOR_ANOTHER_NODE,
        OTHER_CHAIN,
        OTHER_CONTRACT,
        /** Another run than the one that the owner chose. */
        OTHER_RUN,
        BAD_SIGNATURE,
        /** Who signed it does not manage the run: the chain says so. */
        NOT_THE_MANAGER,
        /** It was used or revoked. */
        SPENT,
        EXPIRED,
        /** The run takes nobody now. */
        RUN_NOT_OPEN;

        /** What may be otherwise with the next heartbeat. */
        public boolean isForNow() {
            return this == RUN_NOT_OPEN;
        }
    }

    /** @param manager none where the run is unknown @param now by the chain's clock */
    public record Facts(Optional<Address> manager, boolean spent, RunStatus status, Instant now) {}

    /** What speaks against it before the chain is asked. @param wanted the registry's name of the run that the owner chose */
    public static Optional<Refusal> before(
            Invite invite, Address node, Network network, Optional<UUID> wanted, UUID runOnChain) {
        if (!isWhole(invite)) {
            return Optional.of(Refusal.MALFORMED);
        }
        if (!node.text().equals(invite.node())) {
            return Optional.of(Refusal.FOR_ANOTHER_NODE);
        }
        if (invite.chain() != network.chain()) {
            return Optional.of(Refusal.OTHER_CHAIN);
        }
        if (!network.at(Network.RUNS).text().equals(invite.runs())
                || !network.at(Network.MEMBERSHIPS).text().equals(invite.memberships())) {
            return Optional.of(Refusal.OTHER_CONTRACT);
        }
        if (wanted.isPresent() && !wanted.get().equals(runOnChain)) {
            return Optional.of(Refusal.OTHER_RUN);
        }
        return invite.hasGoodSignature() ? Optional.empty() : Optional.of(Refusal.BAD_SIGNATURE);
    }

    /** Other people's documents may lack anything. */
    private static boolean isWhole(Invite invite) {
        return invite.id() != null
                && isAddress(invite.node())
                && isAddress(invite.runs())
                && isAddress(invite.memberships())
                && isAddress(invite.manager())
                && invite.signature() != null
                && invite.expiry() != null
                && invite.expiry().getEpochSecond() > 0
                && invite.number() > 0
                && invite.nonce() >= 0;
    }

    /** In the one form only, which is signed. */
    private static boolean isAddress(String text) {
        return text != null
                && Address.parse(text)
                        .filter(address -> address.text().equals(text))
                        .isPresent();
    }

    /** What the chain says against it. */
    public static Optional<Refusal> after(Invite invite, Facts facts) {
        if (facts.manager().isEmpty() || !facts.manager().get().text().equals(invite.manager())) {
            return Optional.of(Refusal.NOT_THE_MANAGER);
        }
        if (facts.spent()) {
            return Optional.of(Refusal.SPENT);
        }
        if (!facts.now().isBefore(invite.expiry())) {
            return Optional.of(Refusal.EXPIRED);
        }
        return facts.status() == RunStatus.OPEN ? Optional.empty() : Optional.of(Refusal.RUN_NOT_OPEN);
    }
}
