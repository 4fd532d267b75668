package io.pithead.coordinator.chain;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;

/** Calls of contracts as the bytes of a transaction. */
public final class Calls {
    private Calls() {}

    public static Intent call(String target, String function, Type<?>... arguments) {
        String data = FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
        return new Intent(target, BigInteger.ZERO, HexFormat.of().parseHex(data.substring(2)));
    }

    static Intent deployment(byte[] code, Type<?>... arguments) {
        byte[] constructor = HexFormat.of().parseHex(FunctionEncoder.encodeConstructor(List.of(arguments)));
        byte[] data = Arrays.copyOf(code, code.length + constructor.length);
        System.arraycopy(constructor, 0, data, code.length, constructor.length);
        return new Intent(null, BigInteger.ZERO, data);
    }
}
