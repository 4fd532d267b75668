package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing in a package says when or by whom it was built: whoever builds it again has no reason to get other bytes. */
class ReproducibleIT {
    private static final Path ROOT = Path.of("..");
    private static final String STAMP = "<project.build.outputTimestamp>";
    private static final Set<String> OF_THE_BUILDER =
            Set.of("Built-By", "Build-Jdk", "Build-Time", "Build-Timestamp", "Bnd-LastModified", "Build-Date");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "launcher/target/pithead.jar",
                "ear/target/pithead.ear",
                "miner-client/target/pithead-miner.jar",
                "cli/target/pithead-cli.jar"
            })
    void no_entry_is_newer_than_the_versions_own_time_and_no_manifest_names_the_builder(String file)
            throws IOException {
        var wrong = new ArrayList<String>();
        try (InputStream in = Files.newInputStream(ROOT.resolve(file))) {
            assertThat(look(file, in, stamp(), wrong)).isGreaterThan(20);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void no_bill_of_materials_has_a_number_or_a_time_of_its_own() throws IOException {
        for (String module : List.of("launcher", "discovery-web", "ear", "miner-client", "cli")) {
            JsonNode bill =
                    Json.own(Files.readString(ROOT.resolve(module).resolve("target/sbom.json")), JsonNode.class);
            assertThat(bill.path("components")).as(module).isNotEmpty();
            assertThat(bill.has("serialNumber")).as(module).isFalse();
            assertThat(bill.path("metadata").has("timestamp")).as(module).isFalse();
        }
    }

    private static LocalDateTime stamp() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        int from = pom.indexOf(STAMP) + STAMP.length();
        return LocalDateTime.parse(pom.substring(from, pom.indexOf('Z', from)));
    }

    /** Our own archives inside are looked into as well; those of others are what they are. */
    private static int look(String name, InputStream in, LocalDateTime newest, List<String> wrong) throws IOException {
        int entries = 0;
        var zip = new ZipInputStream(in);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            entries++;
            String path = name + "!" + entry.getName();
            if (entry.getTimeLocal().isAfter(newest)) {
                wrong.add(path + " is of " + entry.getTimeLocal());
            }
            if (entry.getName().equals("META-INF/MANIFEST.MF")) {
                new Manifest(new ByteArrayInputStream(zip.readAllBytes()))
                        .getMainAttributes().keySet().stream()
                                .map(Object::toString)
                                .filter(OF_THE_BUILDER::contains)
                                .forEach(attribute -> wrong.add(path + " has " + attribute));
            } else if (isOurs(entry.getName())) {
                look(path, new ByteArrayInputStream(zip.readAllBytes()), newest, wrong);
            }
        }
        return entries;
    }

    private static boolean isOurs(String entry) {
        return entry.endsWith(".war")
                || entry.endsWith("artemis-rar.rar")
                || entry.endsWith("-SNAPSHOT.jar")
                || entry.endsWith("launcher-parts.jar");
    }
}
