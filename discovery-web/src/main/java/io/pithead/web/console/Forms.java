package io.pithead.web.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what a form's fields hold. */
final class Forms {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    private static final long MAX_DAYS = 3_650;

    private Forms() {}

    static long number(String name, String text) {
        if (!NUMBER.matcher(text.strip()).matches()) {
            throw wrong(name, "must be a whole number");
        }
        return Long.parseLong(text.strip());
    }

    /** At most ten years. */
    static Duration days(String name, String text) {
        long days = number(name, text);
        if (days < 1 || days > MAX_DAYS) {
            throw wrong(name, "must be 1 to " + MAX_DAYS);
        }
        return Duration.ofDays(days);
    }

    /** What was left empty is left out. */
    static void put(Map<String, Object> request, String name, String text) {
        if (!text.isBlank()) {
            request.put(name, text.strip());
        }
    }

    /** The object that was typed, an empty one where nothing was. */
    static ObjectNode object(String name, String text) throws InvalidPayloadException {
        if (text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (Json.tree(text.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object) {
            return object;
        }
        throw wrong(name, "must be a JSON object");
    }

    static CoordinatorException wrong(String name, String problem) {
        return new CoordinatorException(ErrorCode.INVALID_PAYLOAD, "A field is wrong.", Map.of(name, problem));
    }
}
