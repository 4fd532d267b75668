package io.pithead.coordinator.sanction;

import io.pithead.protocol.chain.Sanction;
import io.pithead.protocol.chain.Sanction.State;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One rejection of a node by a final block, and what came of it. */
record SanctionRow(
        UUID id,
        long chain,
        String contract,
        String node,
        long round,
        String provider,
        int reason,
        @Nullable String evidence,
        State state,
        BigInteger amount,
        @Nullable Long slash,
        @Nullable BigInteger held,
        @Nullable Instant appealUntil,
        @Nullable Instant decideUntil,
        @Nullable String withdrawal,
        @Nullable Instant ejectedAt,
        @Nullable String refusal,
        @Nullable String ejectionRefusal,
        Instant foundAt,
        Instant changedAt) {

    /** What is asked of the chain for it. */
    enum Act {
        EJECT,
        SLASH,
        EXECUTE,
        LAPSE,
        WITHDRAW
    }

    /** Of a transaction, once and for all. */
    String purpose(Act act) {
        return "sanction/" + id + "/" + act.name().toLowerCase(Locale.ROOT);
    }

    /** As it stands on the chain, for machines: short, and the same whenever it is asked for. */
    String said() {
        return "rejected node=" + node + " round=" + round + " code=" + reason + " evidence="
                + (evidence == null ? "none" : evidence);
    }

    Sanction view() {
        return new Sanction(
                id,
                chain,
                node,
                provider,
                round,
                reason,
                evidence,
                state,
                Money.format(amount),
                slash,
                held == null ? null : Money.format(held),
                appealUntil,
                decideUntil,
                withdrawal,
                ejectedAt,
                refusal,
                ejectionRefusal,
                foundAt,
                changedAt);
    }
}
