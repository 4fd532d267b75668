package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.BytesType;
import org.web3j.abi.datatypes.Type;
import org.web3j.crypto.Hash;

/** The events and errors of one contract, as its compiler wrote them down. */
final class Abi {
    static final Abi NONE = new Abi(Json.toTree(List.of()));

    private static final int SELECTOR = 10;
    private static final Pattern WORD = Pattern.compile("address|bool|u?int[0-9]*|bytes[0-9]+");

    private final Map<String, Item> events = new HashMap<>();
    private final Map<String, Item> errors = new HashMap<>();

    private record Param(String name, String type, boolean indexed) {
        /** What an indexed text leaves in the log is its hash. */
        boolean isHashed() {
            return indexed && (type.equals("string") || type.equals("bytes") || type.endsWith("]"));
        }
    }

    private record Item(String name, List<Param> params) {}

    /** A name and what it says, by the names of its parameters. */
    record Said(String name, Map<String, String> arguments) {}

    Abi(JsonNode abi) {
        for (JsonNode node : abi) {
            String type = node.path("type").asText();
            if (!type.equals("event") && !type.equals("error")) {
                continue;
            }
            var params = new ArrayList<Param>();
            var types = new ArrayList<String>();
            for (JsonNode input : node.path("inputs")) {
                types.add(canonical(input));
                add(params, input);
            }
            String name = node.path("name").asText();
            String signature = name + "(" + String.join(",", types) + ")";
            String hash = Hex.of(Hash.sha3(signature.getBytes(StandardCharsets.UTF_8)));
            if (type.equals("event")) {
                events.put(hash, new Item(name, List.copyOf(params)));
            } else {
                errors.put(hash.substring(0, SELECTOR), new Item(name, List.copyOf(params)));
            }
        }
    }

    /** A struct whose members are all of one word lies in the data as its members do, and is read as these. */
    private static void add(List<Param> params, JsonNode input) {
        boolean indexed = input.path("indexed").asBoolean(false);
        if (!indexed && isFlat(input)) {
            input.path("components").forEach(member -> add(params, member));
        } else {
            params.add(new Param(input.path("name").asText(), canonical(input), indexed));
        }
    }

    private static boolean isFlat(JsonNode input) {
        if (!input.path("type").asText().equals("tuple")) {
            return false;
        }
        for (JsonNode member : input.path("components")) {
            if (!WORD.matcher(member.path("type").asText()).matches()) {
                return false;
            }
        }
        return true;
    }

    private static String canonical(JsonNode input) {
        String type = input.path("type").asText();
        if (!type.startsWith("tuple")) {
            return type;
        }
        var members = new ArrayList<String>();
        input.path("components").forEach(member -> members.add(canonical(member)));
        return "(" + String.join(",", members) + ")" + type.substring("tuple".length());
    }

    Optional<String> eventName(ChainLog log) {
        return Optional.ofNullable(
                        log.topics().isEmpty() ? null : events.get(log.topics().getFirst()))
                .map(Item::name);
    }

    /** Nothing when the log is none of the contract's events, or has not what such an event has. */
    Optional<Said> event(ChainLog log) {
        Item event = log.topics().isEmpty() ? null : events.get(log.topics().getFirst());
        if (event == null) {
            return Optional.empty();
        }
        try {
            var arguments = new LinkedHashMap<String, String>();
            List<Param> plain =
                    event.params().stream().filter(param -> !param.indexed()).toList();
            arguments.putAll(decode(plain, log.data()));
            int topic = 1;
            for (Param param : event.params()) {
                if (param.indexed()) {
                    String value = log.topics().get(topic++);
                    arguments.put(
                            param.name(),
                            param.isHashed()
                                    ? value
                                    : text(FunctionReturnDecoder.decodeIndexedValue(value, reference(param.type()))));
                }
            }
            return Optional.of(new Said(event.name(), arguments));
        } catch (ClassNotFoundException | RuntimeException e) {
            // the address is right and the code too: then only what is no event of ours does not fit
            return Optional.empty();
        }
    }

    /** Nothing when the data are none of the contract's errors. */
    Optional<Said> error(byte[] data) {
        if (data.length < 4) {
            return Optional.empty();
        }
        Item error = errors.get(Hex.of(data).substring(0, SELECTOR));
        if (error == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Said(error.name(), decode(error.params(), Arrays.copyOfRange(data, 4, data.length))));
        } catch (ClassNotFoundException | RuntimeException e) {
            return Optional.of(new Said(error.name(), Map.of()));
        }
    }

    private static Map<String, String> decode(List<Param> params, byte[] data) throws ClassNotFoundException {
        var references = new ArrayList<TypeReference<Type>>();
        for (Param param : params) {
            references.add(reference(param.type()));
        }
        List<Type> values = FunctionReturnDecoder.decode(Hex.of(data), references);
        if (values.size() != params.size()) {
            throw new IllegalArgumentException("too short");
        }
        var arguments = new LinkedHashMap<String, String>();
        for (int i = 0; i < params.size(); i++) {
            arguments.put(params.get(i).name(), text(values.get(i)));
        }
        return arguments;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static TypeReference<Type> reference(String type) throws ClassNotFoundException {
        return (TypeReference<Type>) (TypeReference) TypeReference.makeTypeReference(type);
    }

    private static String text(Type<?> value) {
        return switch (value) {
            case Address address -> address.getValue().toLowerCase(Locale.ROOT);
            case BytesType bytes -> Hex.of(bytes.getValue());
            // a text may hold what no database stores
            default -> Checks.storable(String.valueOf(value.getValue()));
        };
    }
}
