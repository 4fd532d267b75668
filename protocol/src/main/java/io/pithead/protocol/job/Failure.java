package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/miner/fail}: the attempt failed; another may follow when it is retryable and attempts are left. */
public record Failure(
        UUID id,
        Long lease,
        String code,
        @Nullable String message,
        @Nullable Boolean retryable) {
    static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    static final int MAX_MESSAGE = 2_000;

    public Failure {
        // the last words of a broken program may be any bytes; the failure counts all the same
        message = message == null ? null : Checks.storable(message);
        new Checks()
                .present("id", id)
                .present("lease", lease)
                .present("code", code)
                .matches("code", code, CODE, "must be 1 to 64 upper-case letters, digits or underscores")
                .that(
                        "message",
                        message == null || message.length() <= MAX_MESSAGE,
                        "must have at most " + MAX_MESSAGE + " characters")
                .done();
    }
}
