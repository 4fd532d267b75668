package io.pithead.miner.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.NextSteps;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.BytesType;
import org.web3j.abi.datatypes.Type;

/** Says in words why a contract refuses, by the errors that its compiler wrote down. */
final class ContractErrors {
    private static final String FOLDER = "/io/pithead/contracts/abi/";
    private static final int SELECTOR = 4;

    private final Map<String, Item> bySelector = new HashMap<>();

    private record Param(String name, String type) {}

    private record Item(String name, List<Param> params) {}

    ContractErrors() {
        Network.NEEDED.forEach(this::read);
    }

    private void read(String contract) {
        try (InputStream in = ContractErrors.class.getResourceAsStream(FOLDER + contract + ".abi")) {
            if (in == null) {
                throw new IllegalStateException(contract + " is missing in this build");
            }
            for (JsonNode node : Json.tree(in.readAllBytes())) {
                if (node.path("type").asText().equals("error")) {
                    put(node);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidPayloadException e) {
            throw new IllegalStateException(contract, e);
        }
    }

    private void put(JsonNode error) {
        var params = new ArrayList<Param>();
        error.path("inputs")
                .forEach(input -> params.add(new Param(
                        input.path("name").asText(), input.path("type").asText())));
        String name = error.path("name").asText();
        String signature =
                name + "(" + String.join(",", params.stream().map(Param::type).toList()) + ")";
        String hash = Hex.text(Keccak.digest(signature.getBytes(StandardCharsets.UTF_8)));
        bySelector.put(hash.substring(0, 2 + 2 * SELECTOR), new Item(name, List.copyOf(params)));
    }

    /** The refusal in words, with what can be done. */
    String explain(RpcException refusal) {
        return decoded(refusal.data())
                .map(said -> "the contract refuses: " + said)
                .orElseGet(() -> String.valueOf(refusal.getMessage()));
    }

    private Optional<String> decoded(String data) {
        if (data.length() < 2 + 2 * SELECTOR) {
            return Optional.empty();
        }
        Item error = bySelector.get(data.substring(0, 2 + 2 * SELECTOR));
        return error == null
                ? Optional.empty()
                : Optional.of(error.name() + facts(error, data) + "; " + NextSteps.of(error.name()));
    }

    private static String facts(Item error, String data) {
        try {
            var references = new ArrayList<TypeReference<Type>>();
            for (Param param : error.params()) {
                references.add(reference(param.type()));
            }
            List<Type> values = FunctionReturnDecoder.decode("0x" + data.substring(2 + 2 * SELECTOR), references);
            var facts = new StringBuilder();
            for (int i = 0; i < values.size(); i++) {
                facts.append(' ')
                        .append(error.params().get(i).name())
                        .append('=')
                        .append(text(values.get(i)));
            }
            return RpcException.line(facts.toString()).isEmpty() ? "" : " " + RpcException.line(facts.toString());
        } catch (ClassNotFoundException | RuntimeException e) {
            // a node may cut the data; the name is what matters
            return "";
        }
    }

    private static String text(Type<?> value) {
        return value instanceof BytesType bytes ? Hex.text(bytes.getValue()) : String.valueOf(value.getValue());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static TypeReference<Type> reference(String type) throws ClassNotFoundException {
        return (TypeReference<Type>) (TypeReference) TypeReference.makeTypeReference(type);
    }
}
