package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import org.web3j.crypto.Hash;

/** A private key in the form that all of Ethereum's programs share: version 3, scrypt, AES-128-CTR, Keccak-256. */
final class Keystore {
    static final int KEY_BYTES = 32;
    /** What other programs choose: about a second, and 256 MiB. */
    static final int STRONG = 1 << 18;

    private static final int VERSION = 3;
    private static final int BLOCK = 8;
    private static final int DERIVED = 32;
    private static final int HALF = 16;
    private static final int MAX_N = 1 << 20;
    private static final int MAX_R = 32;
    private static final int MAX_P = 16;

    private Keystore() {}

    /** Throws {@link IllegalArgumentException} in words that show no secret. */
    static byte[] open(JsonNode file, String password) {
        JsonNode crypto = file.path("crypto");
        JsonNode kdf = crypto.path("kdfparams");
        int n = kdf.path("n").asInt();
        int r = kdf.path("r").asInt();
        int p = kdf.path("p").asInt();
        if (file.path("version").asInt() != VERSION
                || !crypto.path("kdf").asText().equals("scrypt")
                || !crypto.path("cipher").asText().equals("aes-128-ctr")
                || kdf.path("dklen").asInt() != DERIVED) {
            throw new IllegalArgumentException("it is no keystore of version 3 with scrypt and aes-128-ctr");
        }
        if (n < 2 || n > MAX_N || Integer.bitCount(n) != 1 || r < 1 || r > MAX_R || p < 1 || p > MAX_P) {
            throw new IllegalArgumentException("its scrypt parameters are out of bounds");
        }
        byte[] derived = derive(password, bytes(kdf, "salt"), n, r, p);
        byte[] sealed = bytes(crypto, "ciphertext");
        if (!MessageDigest.isEqual(mac(derived, sealed), bytes(crypto, "mac"))) {
            throw new IllegalArgumentException("the password does not open it");
        }
        return crypt(derived, bytes(crypto.path("cipherparams"), "iv"), sealed);
    }

    /** @param n cost: a power of two */
    static ObjectNode seal(byte[] key, String address, String password, int n) {
        var random = new SecureRandom();
        byte[] salt = new byte[DERIVED];
        byte[] iv = new byte[HALF];
        random.nextBytes(salt);
        random.nextBytes(iv);
        byte[] derived = derive(password, salt, n, BLOCK, 1);
        byte[] sealed = crypt(derived, iv, key);
        HexFormat hex = HexFormat.of();
        var file = (ObjectNode) Json.toTree(
                Map.of("version", VERSION, "id", UUID.randomUUID().toString(), "address", address.substring(2)));
        ObjectNode crypto = file.putObject("crypto");
        crypto.put("cipher", "aes-128-ctr");
        crypto.put("ciphertext", hex.formatHex(sealed));
        crypto.putObject("cipherparams").put("iv", hex.formatHex(iv));
        crypto.put("kdf", "scrypt");
        crypto.putObject("kdfparams")
                .put("dklen", DERIVED)
                .put("n", n)
                .put("r", BLOCK)
                .put("p", 1)
                .put("salt", hex.formatHex(salt));
        crypto.put("mac", hex.formatHex(mac(derived, sealed)));
        return file;
    }

    private static byte[] bytes(JsonNode node, String member) {
        return HexFormat.of().parseHex(node.path(member).asText());
    }

    private static byte[] derive(String password, byte[] salt, int n, int r, int p) {
        return SCrypt.generate(password.getBytes(StandardCharsets.UTF_8), salt, n, r, p, DERIVED);
    }

    private static byte[] mac(byte[] derived, byte[] sealed) {
        byte[] covered = Arrays.copyOf(Arrays.copyOfRange(derived, HALF, DERIVED), HALF + sealed.length);
        System.arraycopy(sealed, 0, covered, HALF, sealed.length);
        return Hash.sha3(covered);
    }

    /** Counter mode is its own inverse. */
    private static byte[] crypt(byte[] derived, byte[] iv, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(derived, 0, HALF, "AES"), new IvParameterSpec(iv));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("its cipher does not work", e);
        }
    }
}
