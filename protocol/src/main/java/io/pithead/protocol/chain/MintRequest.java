package io.pithead.protocol.chain;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;

/** {@code POST /v1/admin/chain/{chain}/tokens}: tokens that the operator issues. */
public record MintRequest(String to, String amount) {
    public MintRequest {
        to = to == null ? to : Address.parse(to).map(Address::text).orElse(to);
        var checks = new Checks()
                .present("to", to)
                .that("to", to == null || Address.parse(to).isPresent(), "must be an address: 0x and 40 hex digits")
                .present("amount", amount);
        if (amount != null) {
            try {
                checks.that("amount", Money.parse(amount).signum() > 0, "must be more than zero");
            } catch (IllegalArgumentException e) {
                checks.that("amount", false, String.valueOf(e.getMessage()));
            }
        }
        checks.done();
    }
}
