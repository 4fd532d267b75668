package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import org.jspecify.annotations.Nullable;

/** Addresses and keys in bodies: read in any case that is right, kept in the one form. */
final class Wallets {
    private Wallets() {}

    /** What is no address, or is absent, stays as it is, so that it can be refused. */
    static String address(String text) {
        return text == null ? text : Address.parse(text).map(Address::text).orElse(text);
    }

    static String key(String text) {
        return text == null ? text : PublicKey.parse(text).map(PublicKey::text).orElse(text);
    }

    static Checks checkAddress(Checks checks, String member, @Nullable String text) {
        return checks.that(
                member,
                text == null || Address.parse(text).isPresent(),
                "must be an address: 0x and 40 hex digits, in one case or with the checksum of EIP-55");
    }

    static Checks checkKey(Checks checks, String member, @Nullable String text) {
        return checks.that(
                member,
                text == null || PublicKey.parse(text).isPresent(),
                "must be a secp256k1 public key: 0x and 66 hex digits");
    }
}
