package io.pithead.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/CONFIG.md names every key that a component reads, with the default it really has. */
class ConfigPageTest {
    private static final Path PAGE = Path.of("..", "docs", "CONFIG.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(pithead[^`]*)` \\| `?([^|`]*)`? \\|.*", Pattern.MULTILINE);

    @Test
    void every_key_stands_on_the_page_with_its_default() throws Exception {
        Map<String, String> documented = documented();
        Map<String, String> read = read();
        assertThat(read).hasSizeGreaterThan(25);
        assertThat(documented).containsAllEntriesOf(read);
    }

    @Test
    void a_wrong_value_of_every_section_is_reported_at_once() throws Exception {
        var reader = new ConfigReader(key -> Optional.of("\u0000 no setting has this value"));
        for (ConfigSection section : sections()) {
            section.read(reader);
        }
        assertThat(reader.problems()).hasSizeGreaterThan(20);
    }

    private static Map<String, String> documented() throws IOException {
        var rows = new TreeMap<String, String>();
        var row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            rows.put(row.group(1), row.group(2).strip());
        }
        return rows;
    }

    private static Map<String, String> read() throws Exception {
        var reader = new ConfigReader(key -> Optional.empty());
        for (ConfigSection section : sections()) {
            section.read(reader);
        }
        return new TreeMap<>(reader.defaults());
    }

    private static List<ConfigSection> sections() throws Exception {
        var sections = new java.util.ArrayList<ConfigSection>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.pithead.coordinator", "io.pithead.validator", "io.pithead.web")) {
            if (type.isAssignableTo(ConfigSection.class)
                    && !type.isInterface()
                    && !type.getModifiers().contains(JavaModifier.ABSTRACT)) {
                Constructor<?> made = type.reflect().getDeclaredConstructor();
                made.setAccessible(true);
                sections.add((ConfigSection) made.newInstance());
            }
        }
        return sections;
    }
}
