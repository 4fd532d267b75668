package io.pithead.protocol.run;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/runs}. Without an {@code owner} the coordinator creates the run on the chain and owns it there; with one, that
 * wallet creates it, by the terms of the answer, and pays into its escrow itself.
 *
 * @param requirements in the Prime protocol's form, such as {@code gpu:count=8;ram_mb=65536}
 * @param maxNodes at once
 * @param maxUnits of one node in one epoch
 * @param budget in tokens, from the wallet here into the run's escrow
 */
public record RunRequest(
        String name,
        Long chain,
        @Nullable String requirements,
        Long maxNodes,
        Long maxUnits,
        Instant endsAt,
        @Nullable String budget,
        @Nullable String owner) {
    static final int MAX_NAME = 100;
    static final int MAX_REQUIREMENTS = 4_000;
    static final long MAX_NODES = (1L << 32) - 1;

    public RunRequest {
        owner = owner == null ? null : Address.parse(owner).map(Address::text).orElse(owner);
        var checks = new Checks()
                .present("name", name)
                .text("name", name, MAX_NAME)
                .present("chain", chain)
                .range("chain", chain, 1, Long.MAX_VALUE)
                .text("requirements", requirements, MAX_REQUIREMENTS)
                .that(
                        "requirements",
                        requirements == null || requirements.chars().allMatch(one -> one < 128),
                        "must be ASCII")
                .present("max_nodes", maxNodes)
                .range("max_nodes", maxNodes, 1, MAX_NODES)
                .present("max_units", maxUnits)
                .range("max_units", maxUnits, 1, Long.MAX_VALUE)
                .present("ends_at", endsAt)
                .that(
                        "owner",
                        owner == null || Address.parse(owner).isPresent(),
                        "must be an address: 0x and 40 hex digits, in one case or with the checksum of EIP-55")
                .that("budget", budget == null || owner == null, "must be paid into the escrow by the owner's wallet");
        if (budget != null) {
            try {
                Money.parse(budget);
            } catch (IllegalArgumentException e) {
                checks.that("budget", false, String.valueOf(e.getMessage()));
            }
        }
        checks.done();
    }
}
