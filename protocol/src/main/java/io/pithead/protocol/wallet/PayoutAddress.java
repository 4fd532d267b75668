package io.pithead.protocol.wallet;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Address;

/** {@code PUT /v1/wallet/payout}: where an account is paid on a chain when an epoch closes. */
public record PayoutAddress(Long chain, String address) {
    public PayoutAddress {
        address = address == null
                ? address
                : Address.parse(address).map(Address::text).orElse(address);
        new Checks()
                .present("chain", chain)
                .range("chain", chain, 1, Long.MAX_VALUE)
                .present("address", address)
                .that(
                        "address",
                        address == null || Address.parse(address).isPresent(),
                        "must be an address: 0x and 40 hex digits, in one case or with the checksum of EIP-55")
                .done();
    }
}
