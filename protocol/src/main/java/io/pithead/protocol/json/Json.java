package io.pithead.protocol.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.pithead.protocol.id.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The one reader and writer of JSON. Thread-safe. */
public final class Json {
    /** Deeper documents are refused: nothing in the API nests further, and recursion is an attacker's tool. */
    static final int MAX_DEPTH = 64;

    private static final ObjectMapper STRICT = mapper(true);
    private static final ObjectMapper LENIENT = mapper(false);

    private Json() {}

    private static ObjectMapper mapper(boolean strict) {
        var factory = com.fasterxml.jackson.core.JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(100)
                        .build())
                .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        ObjectMapper mapper = JsonMapper.builder(factory)
                .addModule(new JavaTimeModule())
                .addModule(new SimpleModule("pithead")
                        .addSerializer(BigInteger.class, ToStringSerializer.instance)
                        // the library would also take seconds since 1970 for a time, and Base64 or nothing for an id
                        .addDeserializer(Instant.class, new TextDeserializer<>(Instant.class, Json::time))
                        .addDeserializer(UUID.class, new TextDeserializer<>(UUID.class, Ids::parse)))
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                // a number is not a name, and an amount is a decimal string, never a float
                .withCoercionConfig(LogicalType.Textual, Json::refuseScalars)
                // whole amounts are written as strings, so that no reader takes them for a double
                .withCoercionConfig(
                        BigInteger.class,
                        config -> config.setCoercion(CoercionInputShape.String, CoercionAction.TryConvert))
                .build();
        mapper.configOverride(List.class).setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));
        return mapper;
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static void refuseScalars(MutableCoercionConfig config) {
        config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    /** Reads a body whose members are all known; anything else is refused and named. */
    public static <T> T read(byte[] body, Class<T> type) throws InvalidPayloadException {
        T value = readObject(body, type);
        return value == null ? bind(STRICT, tree(body), type) : value;
    }

    /** Reads a body of a client that may send members we do not know (the AITBC surfaces). */
    public static <T> T readLenient(byte[] body, Class<T> type) throws InvalidPayloadException {
        return bind(LENIENT, tree(body), type);
    }

    /**
     * An object is read in one pass; only what fails is read again, to tell what is no JSON from what is wrong with it.
     * A lenient reader takes two passes always: the first one also looks into members that the second passes over.
     */
    private static <T> @Nullable T readObject(byte[] body, Class<T> type) {
        if (body.length == 0 || body[0] != '{' || JsonNode.class.isAssignableFrom(type)) {
            return null;
        }
        try {
            return STRICT.readValue(body, type);
        } catch (IOException e) {
            return null;
        }
    }

    public static <T> T bind(JsonNode node, Class<T> type) throws InvalidPayloadException {
        return bind(STRICT, node, type);
    }

    public static JsonNode tree(byte[] body) throws InvalidPayloadException {
        try {
            JsonNode node = STRICT.readTree(body);
            if (node == null || node.isMissingNode()) {
                throw InvalidPayloadException.notJson("The body is empty; JSON is expected.");
            }
            return node;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw InvalidPayloadException.notJson("The body is not JSON"
                    + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")") + ".");
        } catch (IOException e) {
            throw InvalidPayloadException.notJson("The body is not UTF-8 JSON.");
        }
    }

    public static byte[] write(Object value) {
        try {
            return STRICT.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(Object value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    /** Reads a document that we wrote ourselves (a database column, a spool file): a failure is our own fault. */
    public static <T> T own(String document, Class<T> type) {
        try {
            return LENIENT.readValue(document, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode toTree(Object value) {
        return STRICT.valueToTree(value);
    }

    private static <T> T bind(ObjectMapper mapper, JsonNode node, Class<T> type) throws InvalidPayloadException {
        if (!node.isObject() && !JsonNode.class.isAssignableFrom(type)) {
            throw InvalidPayloadException.wrongMembers(Map.of("", "must be a JSON object"));
        }
        if (type.isInstance(node)) {
            return type.cast(node);
        }
        try (JsonParser parser = mapper.treeAsTokens(node)) {
            return mapper.readValue(parser, type);
        } catch (JsonMappingException e) {
            throw InvalidPayloadException.wrongMembers(problems(e));
        } catch (IOException e) {
            throw InvalidPayloadException.wrongMembers(Map.of("", "cannot be read"));
        }
    }

    private static Map<String, String> problems(JsonMappingException e) {
        String at = pointer(e.getPath());
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof Checks.WrongMembersException wrong) {
                var named = new LinkedHashMap<String, String>();
                wrong.problems().forEach((member, problem) -> named.put(at + "/" + member, problem));
                return named;
            }
        }
        if (e instanceof UnrecognizedPropertyException) {
            return Map.of(at, "is not a known member");
        }
        return Map.of(at, typeProblem(e));
    }

    private static String typeProblem(JsonMappingException e) {
        if (e instanceof InvalidNullException) {
            return "must not be null";
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "must be " + kind(mismatch.getTargetType());
        }
        if (e.getCause() instanceof InputCoercionException) {
            return "is too large or too small a number";
        }
        return "has a wrong value";
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + STRICT.valueToTree(type.getEnumConstants());
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        }
        if (Number.class.isAssignableFrom(type) || type == double.class) {
            return "a number";
        }
        if (type == Instant.class) {
            return "an ISO-8601 UTC time ending in Z";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
            return "an array";
        }
        return "an object";
    }

    private static String pointer(List<JsonMappingException.Reference> path) {
        var pointer = new StringBuilder();
        for (var step : path) {
            pointer.append('/');
            if (step.getFieldName() == null) {
                pointer.append(step.getIndex());
            } else {
                pointer.append(Checks.escaped(step.getFieldName()));
            }
        }
        return pointer.toString();
    }
}
