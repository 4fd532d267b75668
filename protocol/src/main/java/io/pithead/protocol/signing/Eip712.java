package io.pithead.protocol.signing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Hashes of typed data (EIP-712) of types that are fixed in our own code: whoever adds a type writes its text as the standard
 * encodes it, and gives its members as words in that order. A struct within a struct is its hash.
 */
public final class Eip712 {
    private static final int WORD = 32;
    private static final byte[] PREFIX = {0x19, 0x01};
    private static final String CHAIN_DOMAIN = "EIP712Domain(string name,string version,uint256 chainId)";
    private static final String CONTRACT_DOMAIN =
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

    private Eip712() {}

    /** Of what no contract checks. */
    public static byte[] domain(String name, String version, long chain) {
        return struct(CHAIN_DOMAIN, text(name), text(version), number(chain));
    }

    public static byte[] domain(String name, String version, long chain, Address contract) {
        return struct(CONTRACT_DOMAIN, text(name), text(version), number(chain), address(contract));
    }

    /** What is signed. */
    public static byte[] digest(byte[] domain, byte[] message) {
        return Keccak.digest(PREFIX, domain, message);
    }

    public static byte[] struct(String type, byte[]... words) {
        byte[][] parts = new byte[words.length + 1][];
        parts[0] = text(type);
        for (int i = 0; i < words.length; i++) {
            if (words[i].length != WORD) {
                throw new IllegalArgumentException("member " + i + " of " + type + " is no word");
            }
            parts[i + 1] = words[i];
        }
        return Keccak.digest(parts);
    }

    /** A {@code string}. */
    public static byte[] text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code bytes} of any length; {@code bytes32} is its own word. */
    public static byte[] bytes(byte[] value) {
        return Keccak.digest(value);
    }

    public static byte[] address(Address value) {
        byte[] word = new byte[WORD];
        System.arraycopy(value.bytes(), 0, word, WORD - Address.BYTES, Address.BYTES);
        return word;
    }

    /** A {@code uint} of any width. */
    public static byte[] number(long value) {
        return number(BigInteger.valueOf(value));
    }

    public static byte[] number(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > WORD * Byte.SIZE) {
            throw new IllegalArgumentException("no uint256");
        }
        return Secp256k1.bytes(value);
    }
}
