package io.pithead.miner.config;

import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Understands where the coordinator is, and the key that opens it. */
final class CoordinatorReader {
    private static final int MAX_KEY_BYTES = 4_096;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,512}");

    private final ConfigReader reader;
    private final Settings settings;

    CoordinatorReader(ConfigReader reader, Settings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    CoordinatorConfig coordinator() {
        String text = settings.text(Key.COORD_URL);
        var fallback = URI.create("https://invalid.invalid");
        if (text.isEmpty()) {
            reader.problem(Key.COORD_URL, "is required, for example https://coordinator.example.net");
            return new CoordinatorConfig(fallback, Optional.empty());
        }
        return new CoordinatorConfig(reader.url(Key.COORD_URL, text).orElse(fallback), reader.file(Key.CA_FILE));
    }

    Secret key() {
        String key = settings.text(Key.API_KEY);
        Optional<Path> file = reader.file(Key.API_KEY_FILE);
        if (!key.isEmpty() && file.isPresent()) {
            reader.problem(Key.API_KEY, "and API_KEY_FILE are both set: keep one");
        }
        if (file.isPresent()) {
            key = keyFile(file.get());
        } else if (key.isEmpty()) {
            reader.problem(Key.API_KEY, "is required: ask the coordinator's operator for a key of scope miner");
            return new Secret("");
        }
        checkKey(key);
        return new Secret(key);
    }

    private String keyFile(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_KEY_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            reader.problem(Key.API_KEY_FILE, "cannot be read");
            return "x";
        }
    }

    private void checkKey(String key) {
        if (!VISIBLE.matcher(key).matches()) {
            reader.problem(Key.API_KEY, "must be visible ASCII characters without blanks");
        } else if (key.startsWith("ph_")) {
            Optional<ApiKey> parsed = ApiKey.parse(key);
            if (parsed.isEmpty()) {
                reader.problem(Key.API_KEY, "is mistyped: its check digits are wrong");
            } else if (parsed.get().scope() != Scope.MINER) {
                reader.problem(
                        Key.API_KEY, "has the scope " + parsed.get().scope().word() + ", not miner");
            }
        }
    }
}
