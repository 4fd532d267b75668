package io.pithead.coordinator.sanction;

import io.pithead.coordinator.chain.Calls;
import io.pithead.coordinator.chain.Intent;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.sanction.SanctionRow.Act;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** What the keeper asks of our contracts. Each depends on its row alone, so that the same is asked however often. */
final class SanctionCalls {
    static final String REGISTRY = "ProviderRegistry";
    static final String NODES = "ComputeNodes";

    private SanctionCalls() {}

    static Intent of(Known chain, SanctionRow row, Act act) {
        String registry = chain.address(REGISTRY);
        return switch (act) {
            case EJECT ->
                Calls.call(chain.address(NODES), "eject", new Address(row.node()), new Utf8String(row.said()));
            case SLASH ->
                Calls.call(
                        registry,
                        "proposeSlash",
                        new Address(row.provider()),
                        new Uint256(row.amount()),
                        new Utf8String(row.said()));
            case EXECUTE -> Calls.call(registry, "executeSlash", number(row));
            case LAPSE -> Calls.call(registry, "lapseSlash", number(row));
            case WITHDRAW ->
                Calls.call(
                        registry,
                        "withdrawSlash",
                        number(row),
                        new Utf8String(row.withdrawal() == null ? "" : row.withdrawal()));
        };
    }

    private static Uint256 number(SanctionRow row) {
        if (row.slash() == null) {
            throw new IllegalArgumentException("not proposed yet");
        }
        return new Uint256(row.slash());
    }

    /** Which role it needs, and of what; none where anybody may. */
    static String role(Act act) {
        return switch (act) {
            case EJECT -> "EJECTOR of " + NODES;
            case SLASH, WITHDRAW -> "SLASHER of " + REGISTRY;
            case EXECUTE, LAPSE -> "";
        };
    }
}
