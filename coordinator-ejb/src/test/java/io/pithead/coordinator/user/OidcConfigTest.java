package io.pithead.coordinator.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.ConfigReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OidcConfigTest {
    private static final String ISSUER = "pithead.oidc.issuer";
    private static final String CLIENT = "pithead.oidc.client-id";
    private static final String SECRET = "pithead.oidc.client-secret.file";

    @TempDir
    Path folder;

    private final OidcConfig config = new OidcConfig();

    private List<String> problems(Map<String, String> settings) {
        var reader = new ConfigReader(key -> Optional.ofNullable(settings.get(key)));
        config.read(reader);
        return reader.problems();
    }

    private List<String> problems(String... settings) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return problems(map);
    }

    @Test
    void it_is_off_by_itself() {
        assertThat(problems()).isEmpty();
        assertThat(config.provider()).isEmpty();
    }

    @Test
    void an_issuer_and_a_client_are_enough() {
        assertThat(problems(ISSUER, "https://login.example.net/realms/us", CLIENT, "pithead"))
                .isEmpty();
        assertThat(config.provider())
                .contains(new OidcConfig.Provider(
                        URI.create("https://login.example.net/realms/us"), "pithead", null, "login.example.net", null));
    }

    @Test
    void the_secret_is_read_from_a_file_and_never_told() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "hush hush\n");

        assertThat(problems(ISSUER, "http://127.0.0.1:9000", CLIENT, "pithead", SECRET, file.toString()))
                .isEmpty();
        OidcConfig.Provider provider = config.provider().orElseThrow();
        assertThat(provider.secret()).isEqualTo("hush hush");
        assertThat(provider.toString()).doesNotContain("hush");
    }

    @Test
    void what_is_wrong_is_said_by_name() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));

        for (String issuer : List.of(
                "http://login.example.net",
                "http://127.0.0.1.evil.example",
                "https://login.example.net?x=1",
                "https://login.example.net#x",
                "https://a:b@login.example.net",
                "login.example.net",
                "ftp://login.example.net")) {
            assertThat(problems(ISSUER, issuer, CLIENT, "pithead"))
                    .as(issuer)
                    .anySatisfy(problem -> assertThat(problem).startsWith(ISSUER + " must be https://"));
        }
        assertThat(problems(ISSUER, "https://login.example.net"))
                .singleElement()
                .asString()
                .startsWith(CLIENT);
        assertThat(problems(CLIENT, "pithead")).singleElement().asString().startsWith(ISSUER + " must be set");
        assertThat(problems(ISSUER, "https://login.example.net", CLIENT, "pithead", SECRET, "/nowhere/at/all"))
                .singleElement()
                .asString()
                .startsWith(SECRET + " must name a file that can be read");
        assertThat(problems(ISSUER, "https://login.example.net", CLIENT, "pithead", SECRET, empty.toString()))
                .singleElement()
                .asString()
                .startsWith(SECRET + " must name a file with one secret");
        assertThat(problems(
                        ISSUER,
                        "https://login.example.net",
                        CLIENT,
                        "pithead",
                        "pithead.oidc.redirect",
                        "https://console.example.net/elsewhere"))
                .singleElement()
                .asString()
                .contains("/console/oidc/callback");
        assertThat(problems(ISSUER, "https://login.example.net", CLIENT, "pithead", "pithead.oidc.name", "<b>us</b>"))
                .singleElement()
                .asString()
                .startsWith("pithead.oidc.name");
    }
}
