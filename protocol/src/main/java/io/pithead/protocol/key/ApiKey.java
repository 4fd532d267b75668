package io.pithead.protocol.key;

import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * An API key {@code ph_<scope>_<32 base62>_<6 base62 CRC32>}. The check digits let a mistyped key be refused, and a
 * leaked one be recognised, without a look-up. Only the SHA-256 is stored: 190 random bits need no salt.
 */
public record ApiKey(Scope scope, String text) {
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 32;
    private static final int CHECK_LENGTH = 6;
    private static final int HINT_LENGTH = 6;
    private static final Pattern FORM =
            Pattern.compile("(ph_(miner|buyer|validator|admin)_[0-9A-Za-z]{32})_([0-9A-Za-z]{6})");

    public static ApiKey generate(Scope scope, SecureRandom random) {
        var body = new StringBuilder("ph_").append(scope.word()).append('_');
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            body.append(BASE62.charAt(random.nextInt(BASE62.length())));
        }
        return new ApiKey(scope, body + "_" + check(body.toString()));
    }

    /** Empty when the text does not have the form of a key or its check digits are wrong. */
    public static Optional<ApiKey> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !check(form.group(1)).equals(form.group(3))) {
            return Optional.empty();
        }
        return Optional.of(new ApiKey(Scope.valueOf(form.group(2).toUpperCase(Locale.ROOT)), text));
    }

    public byte[] sha256() {
        return Digests.sha256(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Enough of the key to tell it from others in a list, too little to guess it. */
    public String hint() {
        int start = "ph_".length() + scope.word().length() + 1;
        return text.substring(0, start + HINT_LENGTH);
    }

    /** The hint only: a key is never printed by accident. */
    @Override
    public String toString() {
        return hint() + "…";
    }

    private static String check(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        long value = crc.getValue();
        char[] digits = new char[CHECK_LENGTH];
        for (int i = CHECK_LENGTH - 1; i >= 0; i--) {
            digits[i] = BASE62.charAt((int) (value % BASE62.length()));
            value /= BASE62.length();
        }
        return new String(digits);
    }
}
