package io.pithead.web.docs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pithead.protocol.json.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Describes wire records as {@code protocol.json.Json} reads and writes them. The server's own scan does not know the
 * names on the wire, times, ids, or which members may be left out.
 */
final class RecordSchemas {
    private static final String REFERENCE = "#/components/schemas/";

    private final Map<String, Schema> known = new TreeMap<>();
    private final Map<String, Type> owners = new HashMap<>();

    /** By simple name: the records that were described, and all that they refer to. */
    Map<String, Schema> known() {
        return known;
    }

    /** Describes a record or an enum under its simple name, and gives a reference to it. */
    Schema describe(Class<?> type) {
        return describe(type, type, Map.of());
    }

    private Schema describe(Class<?> type, Type generic, Map<TypeVariable<?>, Type> arguments) {
        String name = name(type, generic);
        if (!known.containsKey(name)) {
            Schema schema = OASFactory.createSchema();
            known.put(name, schema);
            owners.put(name, generic);
            if (type.isEnum()) {
                schema.type(Schema.SchemaType.STRING);
                Arrays.stream(type.getEnumConstants()).forEach(value -> schema.addEnumeration(word(value)));
            } else {
                schema.type(Schema.SchemaType.OBJECT);
                addMembers(schema, type, arguments);
            }
        }
        return OASFactory.createSchema().ref(REFERENCE + name);
    }

    /** {@code PageOfJobView}; two records of one name are told apart by what encloses them. */
    private String name(Class<?> type, Type generic) {
        String name = type.getSimpleName();
        if (generic instanceof ParameterizedType parameterized) {
            for (Type argument : parameterized.getActualTypeArguments()) {
                name += "Of" + ((Class<?>) argument).getSimpleName();
            }
        }
        Type owner = owners.getOrDefault(name, generic);
        Class<?> enclosing = type.getEnclosingClass();
        return owner.equals(generic) || enclosing == null ? name : enclosing.getSimpleName() + name;
    }

    private void addMembers(Schema schema, Class<?> type, Map<TypeVariable<?>, Type> arguments) {
        for (RecordComponent component : type.getRecordComponents()) {
            AnnotatedElement accessor = component.getAccessor();
            if (isMarked(type, component, JsonIgnore.class)) {
                continue;
            }
            if (isMarked(type, component, JsonUnwrapped.class)) {
                addMembers(schema, component.getType(), Map.of());
                continue;
            }
            String name = snake(component.getName());
            schema.addProperty(name, of(component.getGenericType(), arguments));
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                    && !accessor.isAnnotationPresent(Nullable.class)) {
                schema.addRequired(name);
            }
        }
    }

    /** Jackson's annotations do not aim at record components; they lie on the field. */
    private static boolean isMarked(Class<?> type, RecordComponent component, Class<? extends Annotation> mark) {
        try {
            return type.getDeclaredField(component.getName()).isAnnotationPresent(mark)
                    || component.getAccessor().isAnnotationPresent(mark);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("a record has a field for each component", e);
        }
    }

    /** Anything that a resource method answers. */
    Schema of(Type type) {
        return of(type, Map.of());
    }

    private Schema of(Type type, Map<TypeVariable<?>, Type> arguments) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic, arguments);
        }
        if (type instanceof TypeVariable<?> variable && arguments.containsKey(variable)) {
            return of(arguments.get(variable), Map.of());
        }
        if (!(type instanceof Class<?> plain)) {
            return anything();
        }
        if (plain.isRecord() || plain.isEnum()) {
            return describe(plain);
        }
        return scalar(plain);
    }

    private Schema ofGeneric(ParameterizedType generic, Map<TypeVariable<?>, Type> outer) {
        Class<?> raw = (Class<?>) generic.getRawType();
        Type[] arguments = generic.getActualTypeArguments();
        Schema schema = OASFactory.createSchema();
        if (Collection.class.isAssignableFrom(raw)) {
            return schema.type(Schema.SchemaType.ARRAY).items(of(arguments[0], outer));
        }
        if (Map.class.isAssignableFrom(raw)) {
            return schema.type(Schema.SchemaType.OBJECT).additionalPropertiesSchema(of(arguments[1], outer));
        }
        if (!raw.isRecord()) {
            return anything();
        }
        var own = new HashMap<TypeVariable<?>, Type>();
        for (int i = 0; i < arguments.length; i++) {
            own.put(raw.getTypeParameters()[i], arguments[i]);
        }
        return describe(raw, generic, own);
    }

    private static Schema scalar(Class<?> type) {
        Schema schema = OASFactory.createSchema();
        if (type == String.class || type == BigInteger.class) {
            return schema.type(Schema.SchemaType.STRING);
        }
        if (type == UUID.class) {
            return schema.type(Schema.SchemaType.STRING).format("uuid");
        }
        if (type == Instant.class) {
            return schema.type(Schema.SchemaType.STRING).format("date-time");
        }
        if (type == boolean.class || type == Boolean.class) {
            return schema.type(Schema.SchemaType.BOOLEAN);
        }
        if (type == int.class || type == Integer.class) {
            return schema.type(Schema.SchemaType.INTEGER).format("int32");
        }
        if (type == long.class || type == Long.class) {
            return schema.type(Schema.SchemaType.INTEGER).format("int64");
        }
        if (type == double.class || type == Double.class || type == BigDecimal.class) {
            return schema.type(Schema.SchemaType.NUMBER);
        }
        return anything();
    }

    private static Schema anything() {
        return OASFactory.createSchema().description("Any JSON.");
    }

    private static String word(Object constant) {
        return Json.toTree(constant).asText();
    }

    static String snake(String name) {
        var snake = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_').append(Character.toLowerCase(c));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
