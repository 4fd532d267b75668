package io.pithead.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pithead.protocol.admin.IssuedKey;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.node.Requirements;
import io.pithead.protocol.seal.EndpointSeal;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.SignedRequest;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What crosses the wire, kept as documents: {@code golden/<package>/<Record>[.<variant>].json}. A document that had to change
 * is a message that other programs no longer understand.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final String ROOT = GoldenTest.class.getPackageName();

    /** Never written as a record, and never written at all. */
    private static final Set<Class<?>> NOT_OF_THE_WIRE = Set.of(
            Address.class,
            ApiKey.class,
            ContractMessages.InviteTerms.class,
            ContractMessages.RegistrationTerms.class,
            EndpointSeal.Place.class,
            ErrorCode.Category.class,
            Requirements.class,
            Requirements.GpuNeed.class,
            Requirements.Lack.class,
            SignedRequest.class,
            SignedRequest.Terms.class,
            SignedRequest.Timeliness.class,
            WorkRequest.class);

    /** A document, and the record that it is of. */
    private record Golden(Path file, Class<?> type) {
        byte[] bytes() throws IOException {
            return Files.readAllBytes(file);
        }

        @Override
        public String toString() {
            return GOLDEN.relativize(file).toString();
        }
    }

    private static List<Golden> goldens() throws Exception {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            var goldens = new ArrayList<Golden>();
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .filter(path -> !path.endsWith("words.json"))
                    .sorted()
                    .toList()) {
                String path = GOLDEN.relativize(file).toString().replace('/', '.');
                String name = path.replaceFirst("([A-Z][A-Za-z]*).*", "$1");
                goldens.add(new Golden(file, Class.forName(ROOT + "." + name)));
            }
            return goldens;
        }
    }

    /** A number is the same in any width, members in any order. */
    private static String canonical(byte[] json) throws InvalidPayloadException {
        return new String(CanonicalJson.bytes(Json.tree(json)), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void a_document_is_read_and_written_as_it_stands(Golden golden) throws Exception {
        String expected = canonical(golden.bytes());
        for (Object value : List.of(
                Json.read(golden.bytes(), golden.type()),
                Json.readLenient(golden.bytes(), golden.type()),
                Json.own(Files.readString(golden.file()), golden.type()))) {
            assertThat(canonical(Json.write(value))).isEqualTo(expected);
            assertThat(Json.read(Json.write(value), golden.type())).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void a_member_nobody_knows_is_named_where_all_are_ours_and_passed_over_elsewhere(Golden golden) throws Exception {
        ObjectNode more = Json.tree(golden.bytes()).deepCopy();
        more.put("zz_of_a_later_version", 1);
        byte[] body = Json.write(more);

        assertThat(canonical(Json.write(Json.readLenient(body, golden.type())))).isEqualTo(canonical(golden.bytes()));
        if (golden.type() == IssuedKey.class) {
            return; // an answer, and the library passes over what it does not know beside an unwrapped record
        }
        assertThat(catchThrowableOfType(InvalidPayloadException.class, () -> Json.read(body, golden.type()))
                        .problems())
                .isEqualTo(Map.of("/zz_of_a_later_version", "is not a known member"));
    }

    @Test
    void every_member_of_every_record_stands_in_some_document() throws Exception {
        var missing = new TreeSet<String>();
        for (Class<?> type : types(JavaClass::isRecord)) {
            for (RecordComponent component : type.getRecordComponents()) {
                missing.add(name(type, component));
            }
        }
        assertThat(missing).hasSizeGreaterThan(300);
        for (Golden golden : goldens()) {
            strike(Json.read(golden.bytes(), golden.type()), missing);
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void every_word_of_every_enum_stands_in_the_document_of_words() throws Exception {
        var words = new TreeMap<String, JsonNode>();
        for (Class<?> type : types(JavaClass::isEnum)) {
            words.put(
                    type.getName().substring(ROOT.length() + 1).replace('$', '.'),
                    Json.toTree(type.getEnumConstants()));
        }
        assertThat(canonical(Json.write(words))).isEqualTo(canonical(Files.readAllBytes(GOLDEN.resolve("words.json"))));
    }

    private static List<Class<?>> types(Predicate<JavaClass> wanted) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT).stream()
                        .filter(wanted)
                        .<Class<?>>map(JavaClass::reflect)
                        .filter(type -> !NOT_OF_THE_WIRE.contains(type))
                        .toList();
    }

    private static String name(Class<?> type, RecordComponent component) {
        return type.getName().substring(ROOT.length() + 1).replace('$', '.') + "." + component.getName();
    }

    /** Takes out what this value has, however deep; an empty list shows nothing of its items. */
    private static void strike(@Nullable Object value, Set<String> missing) throws ReflectiveOperationException {
        if (value instanceof Record) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                Object member = component.getAccessor().invoke(value);
                if (member != null && !isEmpty(member)) {
                    missing.remove(name(value.getClass(), component));
                    strike(member, missing);
                }
            }
        } else if (value instanceof Collection<?> items) {
            for (Object item : items) {
                strike(item, missing);
            }
        }
    }

    private static boolean isEmpty(Object member) {
        return (member instanceof Collection<?> items && items.isEmpty())
                || (member instanceof Map<?, ?> members && members.isEmpty());
    }
}
