package io.pithead.web.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pithead.web.bench.NoopResource;
import jakarta.ws.rs.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    @Test
    void every_resource_is_described_but_pages_and_the_measure() {
        var resources = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.pithead.web")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .map(JavaClass::reflect)
                        .filter(type -> type != DocsResource.class
                                && type != NoopResource.class
                                && !type.getPackageName().equals("io.pithead.web.console"))
                        .collect(Collectors.toSet());
        assertThat(resources).hasSizeGreaterThan(15).isEqualTo(java.util.Set.copyOf(Resources.CLASSES));
    }

    @Test
    void a_path_is_named_as_the_description_names_it() {
        assertThat(Resources.byOperation())
                .containsKeys("GET /v1/jobs/{id}", "POST /v1/jobs", "PUT /v1/artifacts/{sha256}", "GET /tasks");
        assertThat(Resources.operation("PUT", "/v1/a/{sha: [0-9a-f]{64}}/x")).isEqualTo("PUT /v1/a/{sha}/x");
    }
}
