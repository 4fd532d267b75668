package io.pithead.coordinator.chain;

import java.math.BigInteger;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint96;

/** Calls that tests make. */
final class Samples {
    private static final long FAR = 4_000_000_000L;

    private Samples() {}

    static Intent runs(String governor) {
        return Calls.deployment(
                ContractFiles.code("Runs"), new Address(governor), new Address(governor), new Uint48(BigInteger.ZERO));
    }

    static Intent createRun(String runs, String manager, String requirements) {
        return Calls.call(
                runs,
                "create",
                new DynamicStruct(
                        new Address(manager),
                        new Uint32(BigInteger.TEN),
                        new Uint96(BigInteger.TEN),
                        new Uint64(BigInteger.valueOf(FAR)),
                        new Utf8String(requirements),
                        new Utf8String("https://example.org/")));
    }
}
