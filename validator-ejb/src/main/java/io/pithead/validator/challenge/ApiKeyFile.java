package io.pithead.validator.challenge;

import io.pithead.protocol.key.ApiKey;
import io.pithead.validator.challenge.CoordinatorApi.AwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The validator's key for the coordinator, read for each call: it may be replaced at any time. */
final class ApiKeyFile implements Supplier<String> {
    private static final long MAX_BYTES = 4_096;

    private final Path file;

    ApiKeyFile(Path file) {
        this.file = file;
    }

    @Override
    public String get() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new AwayException(file + " holds no key");
            }
            return ApiKey.parse(Files.readString(file).strip())
                    .orElseThrow(() -> new AwayException(file + " holds no key"))
                    .text();
        } catch (IOException e) {
            throw new AwayException(file + " cannot be read: " + e.getClass().getSimpleName());
        }
    }
}
