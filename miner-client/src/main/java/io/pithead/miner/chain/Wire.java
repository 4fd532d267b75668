package io.pithead.miner.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** What nodes write in hexadecimal, read as suspiciously as anything of a stranger's. */
final class Wire {
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");
    private static final Pattern BYTES = Pattern.compile("0x(?:[0-9a-fA-F]{2})*");
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");
    private static final int RADIX = 16;

    private Wire() {}

    static BigInteger quantity(JsonNode node) throws RpcException {
        return new BigInteger(text(node, QUANTITY, "a quantity").substring(2), RADIX);
    }

    static long number(JsonNode node) throws RpcException {
        BigInteger value = quantity(node);
        if (value.bitLength() >= Long.SIZE) {
            throw new RpcException("it answers a number that is too large");
        }
        return value.longValueExact();
    }

    static byte[] bytes(JsonNode node) throws RpcException {
        return HexFormat.of().parseHex(text(node, BYTES, "bytes").substring(2));
    }

    static String hash(JsonNode node) throws RpcException {
        return text(node, HASH, "a hash").toLowerCase(Locale.ROOT);
    }

    private static String text(JsonNode node, Pattern form, String kind) throws RpcException {
        if (!node.isTextual() || !form.matcher(node.textValue()).matches()) {
            throw new RpcException("it answers something else where " + kind + " belongs");
        }
        return node.textValue();
    }
}
