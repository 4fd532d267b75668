package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What nodes write in hexadecimal, read as suspiciously as anything of a stranger's. */
final class Hex {
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");
    private static final Pattern BYTES = Pattern.compile("0x(?:[0-9a-fA-F]{2})*");
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");
    private static final int RADIX = 16;

    private Hex() {}

    static BigInteger quantity(@Nullable JsonNode node) throws RpcException {
        return new BigInteger(text(node, QUANTITY, "a quantity").substring(2), RADIX);
    }

    /** A block number, a nonce, an amount of gas. */
    static long number(@Nullable JsonNode node) throws RpcException {
        BigInteger value = quantity(node);
        if (value.bitLength() >= Long.SIZE) {
            throw new RpcException("the node answers a number that is too large");
        }
        return value.longValueExact();
    }

    static byte[] bytes(@Nullable JsonNode node) throws RpcException {
        return HexFormat.of().parseHex(text(node, BYTES, "bytes").substring(2));
    }

    static String address(@Nullable JsonNode node) throws RpcException {
        return text(node, ADDRESS, "an address").toLowerCase(Locale.ROOT);
    }

    static String hash(@Nullable JsonNode node) throws RpcException {
        return text(node, HASH, "a hash").toLowerCase(Locale.ROOT);
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    static String of(long number) {
        return "0x" + Long.toHexString(number);
    }

    static String of(BigInteger number) {
        return "0x" + number.toString(RADIX);
    }

    static String of(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    private static String text(@Nullable JsonNode node, Pattern form, String kind) throws RpcException {
        if (node == null || !node.isTextual() || !form.matcher(node.textValue()).matches()) {
            throw new RpcException("the node answers something else where " + kind + " belongs");
        }
        return node.textValue();
    }
}
