package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.ConfigReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BucketConfigTest {
    private static final String SECRET = "the-secret";

    @TempDir
    private Path folder;

    @Test
    void without_a_word_of_it_artifacts_lie_in_a_folder() {
        var reader = reader(Map.of());
        assertThat(BucketConfig.read(reader)).isEmpty();
        assertThat(reader.problems()).isEmpty();
    }

    @Test
    void a_bucket_has_a_server_a_name_and_keys_from_files() throws IOException {
        BucketConfig config = BucketConfig.read(reader(whole())).orElseThrow();
        assertThat(config)
                .isEqualTo(new BucketConfig(URI.create("https://s3.example:9000"), "mine", "us-east-1", "who", SECRET));
        assertThat(config.toString()).doesNotContain(SECRET).doesNotContain("who");
    }

    @Test
    void all_that_is_missing_is_said_at_once() {
        assertThat(problems(Map.of("url", "http://s3.example"))).hasSize(3);
        assertThat(problems(Map.of("bucket", "mine")))
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("pithead.artifact.s3.url"));
    }

    @Test
    void a_server_is_bare_and_a_bucket_has_a_name() throws IOException {
        for (String url : List.of("s3.example", "ftp://s3.example", "https://u:p@s3.example", "https://s3.example/b")) {
            assertThat(problems(with("url", url))).as(url).isNotEmpty();
        }
        assertThat(problems(with("bucket", "../x"))).isNotEmpty();
        assertThat(problems(with("region", "a b"))).isNotEmpty();
    }

    @Test
    void a_file_without_one_key_is_a_problem_and_is_not_shown() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path large = Files.writeString(folder.resolve("large"), SECRET.repeat(1000));
        for (Path file : List.of(empty, large, folder.resolve("none"))) {
            assertThat(problems(with("secret-key.file", file.toString())))
                    .singleElement()
                    .satisfies(problem ->
                            assertThat(problem).contains("secret-key.file").doesNotContain(SECRET));
        }
    }

    private Map<String, String> whole() throws IOException {
        return Map.of(
                "url",
                "https://s3.example:9000",
                "bucket",
                "mine",
                "access-key.file",
                Files.writeString(folder.resolve("access"), "who\n").toString(),
                "secret-key.file",
                Files.writeString(folder.resolve("secret"), SECRET + "\n").toString());
    }

    private Map<String, String> with(String key, String value) throws IOException {
        var changed = new HashMap<>(whole());
        changed.put(key, value);
        return changed;
    }

    private static List<String> problems(Map<String, String> settings) {
        ConfigReader reader = reader(settings);
        BucketConfig.read(reader);
        return reader.problems();
    }

    private static ConfigReader reader(Map<String, String> settings) {
        return new ConfigReader(key -> Optional.ofNullable(settings.get(key.replace("pithead.artifact.s3.", ""))));
    }
}
