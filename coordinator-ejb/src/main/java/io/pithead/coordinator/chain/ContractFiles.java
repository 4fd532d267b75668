package io.pithead.coordinator.chain;

import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the compiler made of our contracts: it lies beside these classes. */
final class ContractFiles {
    static final List<String> NAMES = List.of(
            "AiToken",
            "Timelock",
            "ProviderRegistry",
            "Runs",
            "ComputeNodes",
            "Memberships",
            "Validators",
            "WorkReceipts",
            "Rewards",
            "RunEscrow");

    private static final String FOLDER = "/io/pithead/contracts/";

    private ContractFiles() {}

    static Map<String, Abi> abis() {
        return NAMES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), ContractFiles::abi));
    }

    private static Abi abi(String name) {
        try {
            return new Abi(Json.tree(read("abi/" + name + ".abi")));
        } catch (InvalidPayloadException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** What makes the contract, before its constructor's arguments. */
    static byte[] code(String name) {
        String hex = new String(read("bin/" + name + ".bin"), StandardCharsets.US_ASCII).strip();
        return HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex);
    }

    private static byte[] read(String name) {
        try (InputStream in = ContractFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
