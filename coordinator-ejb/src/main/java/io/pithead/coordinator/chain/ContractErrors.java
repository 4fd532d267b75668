package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.coordinator.chain.core.ErrorNames;
import io.pithead.protocol.error.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Says in our words why a contract reverts. */
final class ContractErrors {
    private final List<Abi> abis;

    ContractErrors(Collection<Abi> abis) {
        this.abis = List.copyOf(abis);
    }

    /** @param data what the contract returned, in hexadecimal; nodes send none at times */
    ChainError decode(String message, String data) {
        return bytes(TextNode.valueOf(data))
                .flatMap(bytes ->
                        abis.stream().flatMap(abi -> abi.error(bytes).stream()).findFirst())
                .map(said ->
                        new ChainError(ErrorNames.codeOf(said.name()), Text.line(said.name() + " " + said.arguments())))
                .orElseGet(() -> new ChainError(ErrorCode.CONFLICT_STATE, Text.line(message)));
    }

    private static Optional<byte[]> bytes(JsonNode data) {
        try {
            return Optional.of(Hex.bytes(data));
        } catch (RpcException e) {
            return Optional.empty();
        }
    }
}
