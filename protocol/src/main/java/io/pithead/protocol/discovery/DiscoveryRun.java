package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * What the registry has to know of a run. The manager is the key with which its coordinator signs; the owner may have a key by
 * which it reads endpoints too. An operator gives the manager's key; of a chain's run it is answered once the manager has signed. {@code requirements} are the Prime protocol's. A run that is not open takes no nodes.
 */
public record DiscoveryRun(
        Long chain,
        String owner,
        @Nullable String ownerKey,
        @Nullable String manager,
        @Nullable String managerKey,
        @Nullable String requirements,
        Boolean open) {
    static final int MAX_REQUIREMENTS = 4_000;

    public DiscoveryRun {
        owner = Wallets.address(owner);
        ownerKey = ownerKey == null ? null : Wallets.key(ownerKey);
        managerKey = managerKey == null ? null : Wallets.key(managerKey);
        manager = manager == null ? null : Wallets.address(manager);
        requirements = requirements == null ? "" : requirements;
        var checks = new Checks()
                .present("chain", chain)
                .range("chain", chain, 1, Long.MAX_VALUE)
                .present("owner", owner)
                .that("manager_key", managerKey != null || manager != null, "must be given")
                .that("requirements", requirements.length() <= MAX_REQUIREMENTS, "must have at most 4000 characters")
                .present("open", open);
        Wallets.checkAddress(checks, "owner", owner);
        Wallets.checkKey(checks, "owner_key", ownerKey);
        Wallets.checkAddress(checks, "manager", manager);
        Wallets.checkKey(checks, "manager_key", managerKey);
        checks.that(
                "manager",
                manager == null || managerKey == null || isKeyOf(managerKey, manager),
                "must be the address of the manager's key");
        checks.that("owner_key", ownerKey == null || isKeyOf(ownerKey, owner), "must be the key of the owner");
        checks.done();
    }

    private static boolean isKeyOf(String key, @Nullable String owner) {
        return PublicKey.parse(key)
                .filter(known -> known.address().text().equals(owner))
                .isPresent();
    }
}
