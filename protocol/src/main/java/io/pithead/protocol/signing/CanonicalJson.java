package io.pithead.protocol.signing;

import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.erdtman.jcs.JsonCanonicalizer;

/** The JSON Canonicalization Scheme of RFC 8785. */
public final class CanonicalJson {
    private CanonicalJson() {}

    /** The canonical UTF-8 bytes of a value; equal documents give equal bytes whatever order they were written in. */
    public static byte[] bytes(Object value) {
        try {
            return new JsonCanonicalizer(Json.write(value)).getEncodedUTF8();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
