package io.pithead.validator.challenge;

import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.platform.Database;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The validators of a chain, as it was read last. A chain has a handful; more than these would be no chain of ours. */
final class ChainValidators implements Supplier<Collection<String>> {
    private static final int MAX = 1_000;

    private final Database database;
    private final long chain;

    ChainValidators(Database database, long chain) {
        this.database = database;
        this.chain = chain;
    }

    @Override
    public Collection<String> get() {
        if (chain == 0) {
            return List.of();
        }
        return database
                .withConnection(connection -> ChainStates.page(connection, chain, "validator", null, MAX))
                .entrySet()
                .stream()
                .filter(one -> "true".equals(one.getValue().get("member")))
                .map(Map.Entry::getKey)
                .toList();
    }
}
