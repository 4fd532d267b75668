package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;

/** A node that its provider has registered on the chain, and what the chain says of it. */
public record ProviderNode(String address, Boolean validated, Boolean active, Boolean blacklisted) {
    public ProviderNode {
        address = Wallets.address(address);
        var checks = new Checks()
                .present("address", address)
                .present("validated", validated)
                .present("active", active)
                .present("blacklisted", blacklisted);
        Wallets.checkAddress(checks, "address", address);
        checks.done();
    }
}
