package io.pithead.protocol.keystore;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.signing.Hex;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.crypto.generators.SCrypt;

/** How dear it is to try a password: the parameters of scrypt (RFC 7914) as a key file states them. */
final class Scrypt {
    /** As geth makes them by default: 256 MiB and about a second. */
    static final int STANDARD_N = 1 << 18;

    static final int STANDARD_R = 8;
    static final int STANDARD_P = 1;
    static final int SALT_BYTES = 32;
    static final int KEY_BYTES = 32;
    /** A file asks for no more memory than this, and for no more passes over it. */
    private static final long MAX_BYTES = 512L << 20;

    private static final int MAX_P = 16;
    private static final int MAX_SALT_BYTES = 256;
    private static final int BLOCK_BYTES = 128;
    /** With r = 1 the library keeps RFC 7914's own bound. */
    private static final int MAX_N_OF_ONE = 1 << 16;

    private final int n;
    private final int r;
    private final int p;
    private final byte[] salt;

    Scrypt(int n, int r, int p, byte[] salt) {
        this.n = n;
        this.r = r;
        this.p = p;
        this.salt = salt.clone();
    }

    static Scrypt read(JsonNode params) throws KeyFileException {
        int n = number(params, "n");
        int r = number(params, "r");
        int p = number(params, "p");
        if (number(params, "dklen") != KEY_BYTES) {
            throw new KeyFileException("its derived key has another length than " + KEY_BYTES);
        }
        boolean good = n > 1 && Integer.bitCount(n) == 1 && r > 0 && p > 0;
        if (!good || (r == 1 && n >= MAX_N_OF_ONE)) {
            throw new KeyFileException("its scrypt parameters are not good");
        }
        if ((long) n * r > MAX_BYTES / BLOCK_BYTES || p > MAX_P || (long) r * p > MAX_BYTES / BLOCK_BYTES) {
            throw new KeyFileException("its scrypt parameters ask for more than " + (MAX_BYTES >> 20)
                    + " MiB or more than " + MAX_P + " passes");
        }
        String salt = "0x" + params.path("salt").asText();
        int saltBytes = Math.min((salt.length() - 2) / 2, MAX_SALT_BYTES);
        return new Scrypt(
                n, r, p, Hex.parse(salt, saltBytes).orElseThrow(() -> new KeyFileException("its salt is not good")));
    }

    Map<String, Object> params() {
        var params = new LinkedHashMap<String, Object>();
        params.put("dklen", KEY_BYTES);
        params.put("n", n);
        params.put("p", p);
        params.put("r", r);
        params.put("salt", Hex.text(salt).substring(2));
        return params;
    }

    byte[] derive(byte[] password) {
        return SCrypt.generate(password, salt, n, r, p, KEY_BYTES);
    }

    private static int number(JsonNode params, String name) throws KeyFileException {
        JsonNode number = params.path(name);
        if (!number.isInt()) {
            throw new KeyFileException("its scrypt parameters have no whole number " + name);
        }
        return number.asInt();
    }
}
