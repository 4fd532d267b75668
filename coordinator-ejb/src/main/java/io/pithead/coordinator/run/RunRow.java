package io.pithead.coordinator.run;

import io.pithead.coordinator.run.core.RunMoney.Account;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A run as it is written down. */
record RunRow(
        UUID id,
        UUID account,
        String name,
        long chain,
        @Nullable Long number,
        String owner,
        String manager,
        String requirements,
        String discoveryUri,
        long maxNodes,
        long maxUnits,
        Instant endsAt,
        String state,
        Account money,
        Instant createdAt) {
    static final String CREATING = "CREATING";
    static final String PENDING = "PENDING";
    static final String OPEN = "OPEN";
    static final String ENDED = "ENDED";

    boolean isOurs() {
        return owner.equals(manager);
    }

    /** What the chain is asked for on behalf of the run, once. */
    String purpose(String what) {
        return "run/" + id + "/" + what;
    }

    static Account money(boolean ours, BigInteger budget) {
        return new Account(ours, budget, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);
    }
}
