package io.pithead.protocol.chain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One chain as everybody may know it. Whoever sends money to contracts compares them with those it trusts; the chain says what
 * code is there.
 *
 * @param settles whether this coordinator pays there what it owes
 * @param contracts none while they are not deployed yet
 * @param operator whose key the coordinator sends with, and that manages its runs; absent where the chain is only read
 */
public record ChainTerms(
        long chainId,
        String name,
        boolean settles,
        List<Contract> contracts,
        @Nullable String operator) {
    public ChainTerms {
        contracts = List.copyOf(contracts);
    }

    /** @param codeHash Keccak-256 of the code that is there */
    public record Contract(String name, String address, String codeHash) {}
}
