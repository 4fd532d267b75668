package io.pithead.coordinator.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.Settings.Found;
import io.pithead.protocol.admin.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static List<Setting> read(Map<String, String> defaults, Map<String, Found> set) {
        return Settings.read(
                defaults,
                key -> Optional.ofNullable(set.get(key)),
                set.keySet(),
                Set.of("pithead.of.file"),
                Set.of("pithead.of.launcher"));
    }

    private static Setting only(String key, String value) {
        return read(Map.of(), Map.of(key, new Found(value, "SystemProperty"))).getFirst();
    }

    @Test
    void what_is_set_stands_beside_what_it_would_be() {
        assertThat(read(
                        Map.of("pithead.lease.ttl", "PT30S", "pithead.job.ttl", "PT1H"),
                        Map.of("pithead.lease.ttl", new Found("PT45S", "Environment Config Source"))))
                .containsExactly(
                        new Setting("pithead.job.ttl", "PT1H", "PT1H", null, false),
                        new Setting("pithead.lease.ttl", "PT45S", "PT30S", "environment", false));
    }

    @Test
    void what_the_launcher_handed_on_is_told_apart_from_system_properties() {
        var system = new Found("1", "SystemProperty");
        assertThat(read(
                        Map.of(),
                        Map.of("pithead.a", system, "pithead.of.file", system, "pithead.of.launcher", system)))
                .extracting(Setting::from)
                .containsExactly("system property", "configuration file", "pithead.jar");
    }

    @Test
    void an_empty_value_is_none_and_foreign_keys_are_not_ours() {
        assertThat(read(
                        Map.of("pithead.a", "1"),
                        Map.of("pithead.a", new Found(" ", "x"), "java.home", new Found("/jdk", "x"))))
                .containsExactly(new Setting("pithead.a", "1", "1", null, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pithead.db.password",
                "pithead.oidc.client-secret",
                "pithead.artifact.s3.secret-key",
                "pithead.demo.token",
                "pithead.chain.mnemonic",
                "pithead.api.keys"
            })
    void secrets_are_masked(String key) {
        assertThat(only(key, "hunter2")).returns(Settings.MASK, Setting::value).returns(true, Setting::masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pithead.db.password.file",
                "pithead.validator.key-file",
                "pithead.key.requests-per-minute",
                "pithead.feed.max-streams-per-key"
            })
    void names_of_files_and_figures_are_not(String key) {
        assertThat(only(key, "42")).returns("42", Setting::value).returns(false, Setting::masked);
    }

    @ParameterizedTest
    @CsvSource({
        "https://rpc.example/v3/0123456789abcdef, https://rpc.example/…, true",
        "https://user:pass@rpc.example:8545, https://rpc.example:8545/…, true",
        "https://rpc.example?key=1, https://rpc.example/…, true",
        "https://rpc.example, https://rpc.example, false",
        "https://rpc.example/, https://rpc.example/, false",
        "jdbc:postgresql://db:5432/pithead, jdbc:postgresql://db:5432/pithead, false",
        "jdbc:postgresql://db:5432/pithead?password=1, jdbc:postgresql://db:5432/pithead/…, true",
        "https://not a url, ••••••, true",
        "tcp://:secret@, ••••••, true",
    })
    void of_a_url_only_where_it_leads_is_told(String url, String shown, boolean masked) {
        assertThat(only("pithead.some.url", url)).returns(shown, Setting::value).returns(masked, Setting::masked);
    }
}
