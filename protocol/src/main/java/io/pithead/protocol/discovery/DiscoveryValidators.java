package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.seal.SealedEndpoint;
import java.util.List;
import java.util.Objects;

/** All validators of a chain, by their keys; each reads every endpoint there. */
public record DiscoveryValidators(Long chain, List<String> publicKeys) {
    /** A manager and an owner are readers too. */
    public static final int MAX = SealedEndpoint.MAX_READERS - 2;

    public DiscoveryValidators {
        publicKeys = publicKeys == null
                ? publicKeys
                : publicKeys.stream().map(Wallets::key).toList();
        var checks = new Checks()
                .present("chain", chain)
                .range("chain", chain, 1, Long.MAX_VALUE)
                .present("public_keys", publicKeys)
                .size("public_keys", publicKeys, MAX);
        List<String> keys = Objects.requireNonNullElse(publicKeys, List.of());
        for (int i = 0; i < Math.min(keys.size(), MAX); i++) {
            Wallets.checkKey(checks, "public_keys/" + i, keys.get(i));
        }
        checks.that("public_keys", keys.stream().distinct().count() == keys.size(), "must have each key once");
        checks.done();
    }
}
