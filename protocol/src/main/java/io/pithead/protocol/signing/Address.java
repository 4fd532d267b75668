package io.pithead.protocol.signing;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An account on an EVM chain. {@code text} is its one form, {@code 0x} and 40 lower-case digits: maps, limits and rows go by
 * it, so that no letter's case makes a second account of one.
 */
public record Address(String text) {
    public static final int BYTES = 20;
    private static final Pattern CANONICAL = Pattern.compile("0x[0-9a-f]{40}");
    private static final int UPPER_FROM = 8;

    public Address {
        if (!CANONICAL.matcher(text).matches()) {
            throw new IllegalArgumentException("not the canonical form of an address");
        }
    }

    public static Address of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("an address has " + BYTES + " bytes, not " + bytes.length);
        }
        return new Address(Hex.text(bytes));
    }

    /** Digits in one case, or in the cases that EIP-55 gives them; empty for anything else, a mistyped checksum too. */
    public static Optional<Address> parse(String text) {
        return Hex.parse(text, BYTES).map(Address::of).filter(address -> {
            String digits = text.substring(2);
            return digits.equals(digits.toLowerCase(Locale.ROOT))
                    || digits.equals(digits.toUpperCase(Locale.ROOT))
                    || text.equals(address.checksummed());
        });
    }

    /** With the checksum of EIP-55 in the letters' cases: for people, who mistype. */
    public String checksummed() {
        String digits = text.substring(2);
        String hash = HexFormat.of().formatHex(Keccak.digest(digits.getBytes(StandardCharsets.US_ASCII)));
        var checksummed = new StringBuilder("0x");
        for (int i = 0; i < digits.length(); i++) {
            boolean upper = Character.digit(hash.charAt(i), 16) >= UPPER_FROM;
            checksummed.append(upper ? Character.toUpperCase(digits.charAt(i)) : digits.charAt(i));
        }
        return checksummed.toString();
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(text, 2, text.length());
    }

    @Override
    public String toString() {
        return text;
    }
}
