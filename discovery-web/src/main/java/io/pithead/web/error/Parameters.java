package io.pithead.web.error;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, truth values, ids and enums in paths and queries. JAX-RS by itself answers 404 for a wrong query parameter;
 * here it is 400 and named. A path that is no id leads nowhere: 404.
 */
@Provider
@ApplicationScoped
public class Parameters implements ParamConverterProvider {
    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        Reader reader = reader(type);
        if (reader == null) {
            return null;
        }
        return (ParamConverter<T>) new Converter(reader, Place.of(annotations));
    }

    private record Reader(Function<String, Object> parse, String expected) {}

    private static @Nullable Reader reader(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return new Reader(Integer::valueOf, "a whole number");
        }
        if (type == long.class || type == Long.class) {
            return new Reader(Long::valueOf, "a whole number");
        }
        if (type == boolean.class || type == Boolean.class) {
            return new Reader(Parameters::truth, "true or false");
        }
        if (type == UUID.class) {
            return new Reader(text -> Ids.parse(text).orElseThrow(IllegalArgumentException::new), "an id");
        }
        if (type.isEnum()) {
            return new Reader(text -> constant(type, text), "one of " + Arrays.toString(type.getEnumConstants()));
        }
        return null;
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Object constant(Class<?> type, String text) {
        String wanted = text.toUpperCase(Locale.ROOT);
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> ((Enum<?>) constant).name().equals(wanted))
                .findAny()
                .orElseThrow(IllegalArgumentException::new);
    }

    /** Where the parameter stands and what it is called. */
    private record Place(boolean inPath, String name) {
        static Place of(Annotation[] annotations) {
            for (Annotation annotation : annotations) {
                if (annotation instanceof QueryParam query) {
                    return new Place(false, query.value());
                }
                if (annotation instanceof PathParam path) {
                    return new Place(true, path.value());
                }
            }
            return new Place(false, "parameter");
        }
    }

    private record Converter(Reader reader, Place place) implements ParamConverter<Object> {
        @Override
        public @Nullable Object fromString(@Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                return reader.parse().apply(text);
            } catch (IllegalArgumentException e) {
                throw refusal();
            }
        }

        @Override
        public String toString(Object value) {
            return value.toString();
        }

        private WebApplicationException refusal() {
            return new WebApplicationException(
                    place.inPath()
                            ? Errors.answer(ErrorCode.NOT_FOUND, Statuses.message(ErrorCode.NOT_FOUND))
                            : Errors.answer(
                                    ErrorCode.MALFORMED_REQUEST,
                                    "A parameter is wrong.",
                                    Map.of(place.name(), "must be " + reader.expected())));
        }
    }
}
