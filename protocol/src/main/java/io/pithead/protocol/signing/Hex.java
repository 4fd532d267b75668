package io.pithead.protocol.signing;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** Bytes as the chain's tools write them: {@code 0x} and hex digits, ours always in lower case. */
public final class Hex {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]*");
    private static final HexFormat FORMAT = HexFormat.of();

    private Hex() {}

    public static String text(byte[] bytes) {
        return "0x" + FORMAT.formatHex(bytes);
    }

    /** Empty for anything but {@code 0x} and exactly so many bytes. */
    public static Optional<byte[]> parse(String text, int bytes) {
        if (text.length() != 2 + 2 * bytes
                || !text.startsWith("0x")
                || !DIGITS.matcher(text).region(2, text.length()).matches()) {
            return Optional.empty();
        }
        return Optional.of(FORMAT.parseHex(text, 2, text.length()));
    }
}
