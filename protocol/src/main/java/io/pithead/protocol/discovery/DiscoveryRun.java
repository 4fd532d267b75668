package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * What the registry has to know of a run. The manager is the key with which its coordinator signs; the owner may have a key by
 * which it reads endpoints too. {@code requirements} are the Prime protocol's. A run that is not open takes no nodes.
 */
public record DiscoveryRun(
        Long chain,
        String owner,
        @Nullable String ownerKey,
        String managerKey,
        @Nullable String requirements,
        Boolean open) {
    static final int MAX_REQUIREMENTS = 4_000;

    public DiscoveryRun {
        owner = Wallets.address(owner);
        ownerKey = ownerKey == null ? null : Wallets.key(ownerKey);
        managerKey = Wallets.key(managerKey);
        requirements = requirements == null ? "" : requirements;
        var checks = new Checks()
                .present("chain", chain)
                .range("chain", chain, 1, Long.MAX_VALUE)
                .present("owner", owner)
                .present("manager_key", managerKey)
                .that("requirements", requirements.length() <= MAX_REQUIREMENTS, "must have at most 4000 characters")
                .present("open", open);
        Wallets.checkAddress(checks, "owner", owner);
        Wallets.checkKey(checks, "owner_key", ownerKey);
        Wallets.checkKey(checks, "manager_key", managerKey);
        checks.that("owner_key", ownerKey == null || isKeyOf(ownerKey, owner), "must be the key of the owner");
        checks.done();
    }

    private static boolean isKeyOf(String key, @Nullable String owner) {
        return PublicKey.parse(key)
                .filter(known -> known.address().text().equals(owner))
                .isPresent();
    }
}
