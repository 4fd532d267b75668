package io.pithead.miner.chain;

import io.pithead.protocol.signing.Address;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a contract returned, by words of 32 bytes. Nothing that the bytes claim is believed beyond their length. */
final class Words {
    private static final int WORD = 32;

    private final byte[] bytes;

    Words(byte[] bytes) {
        this.bytes = bytes;
    }

    BigInteger number(int index) throws RpcException {
        return new BigInteger(1, word(index));
    }

    /** A number that fits. */
    long small(int index) throws RpcException {
        BigInteger number = number(index);
        if (number.bitLength() >= Long.SIZE) {
            throw new RpcException("the contract answers a number that is too large");
        }
        return number.longValueExact();
    }

    boolean flag(int index) throws RpcException {
        return number(index).signum() != 0;
    }

    Address address(int index) throws RpcException {
        if (number(index).bitLength() > Address.BYTES * Byte.SIZE) {
            throw new RpcException("the contract answers something else where an address belongs");
        }
        return Address.of(Arrays.copyOfRange(word(index), WORD - Address.BYTES, WORD));
    }

    byte[] word(int index) throws RpcException {
        int from = Math.multiplyExact(index, WORD);
        if (index < 0 || from + WORD > bytes.length) {
            throw new RpcException("the contract answers less than it should");
        }
        return Arrays.copyOfRange(bytes, from, from + WORD);
    }

    /** What lies where the word points to. */
    Words at(int index) throws RpcException {
        long offset = small(index);
        if (offset > bytes.length) {
            throw new RpcException("the contract answers less than it should");
        }
        return new Words(Arrays.copyOfRange(bytes, (int) offset, bytes.length));
    }

    /** How many follow; the first of them is word 1. */
    int length(int most) throws RpcException {
        long length = small(0);
        if (length > most) {
            throw new RpcException("the contract answers more than " + most + " items");
        }
        return (int) length;
    }

    String text(int index) throws RpcException {
        Words text = at(index);
        int length = text.length(bytes.length);
        if (WORD + length > text.bytes.length) {
            throw new RpcException("the contract answers less than it should");
        }
        return new String(text.bytes, WORD, length, StandardCharsets.UTF_8);
    }
}
