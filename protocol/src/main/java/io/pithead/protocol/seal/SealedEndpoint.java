package io.pithead.protocol.seal;

import io.pithead.protocol.json.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that only its readers can read. {@code content} is a nonce of 12 bytes and AES-256-GCM over 256 bytes, in
 * base64url; each key is {@code 0x01}, an ephemeral public key of 33 bytes, a nonce of 12 and AES-256-GCM over the content's
 * key, in base64url.
 */
public record SealedEndpoint(Long version, String content, List<WrappedKey> keys) {
    public static final int MAX_READERS = 64;
    /** Nonce, padded text, tag. */
    static final int CONTENT_BYTES = 12 + 256 + 16;
    /** Form, ephemeral key, nonce, content key, tag. */
    static final int KEY_BYTES = 1 + 33 + 12 + 32 + 16;

    /** The content's key, for the reader with that address. */
    public record WrappedKey(String reader, String key) {
        private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");
        private static final Pattern KEY = base64Url(KEY_BYTES);

        public WrappedKey {
            new Checks()
                    .present("reader", reader)
                    .matches("reader", reader, ADDRESS, "must be an address in lower case")
                    .present("key", key)
                    .matches("key", key, KEY, "must be " + KEY_BYTES + " bytes in base64url")
                    .done();
        }
    }

    private static final Pattern CONTENT = base64Url(CONTENT_BYTES);

    public SealedEndpoint {
        keys = keys == null ? List.of() : List.copyOf(keys);
        new Checks()
                .present("version", version)
                .range("version", version, 1, Long.MAX_VALUE)
                .present("content", content)
                .matches("content", content, CONTENT, "must be " + CONTENT_BYTES + " bytes in base64url")
                .that("keys", !keys.isEmpty(), "must have an item")
                .size("keys", keys, MAX_READERS)
                .that("keys", areOfDifferentReaders(keys), "must have one item for each reader")
                .done();
    }

    /** What one reader needs of it. */
    public @Nullable SealedEndpoint forReader(String reader) {
        List<WrappedKey> own =
                keys.stream().filter(key -> key.reader().equals(reader)).toList();
        return own.isEmpty() ? null : new SealedEndpoint(version, content, own);
    }

    private static boolean areOfDifferentReaders(List<WrappedKey> keys) {
        var readers = new HashSet<String>();
        return keys.stream().filter(Objects::nonNull).allMatch(key -> readers.add(key.reader()));
    }

    private static Pattern base64Url(int bytes) {
        return Pattern.compile("[A-Za-z0-9_-]{" + Math.ceilDiv(bytes * 8, 6) + "}");
    }
}
