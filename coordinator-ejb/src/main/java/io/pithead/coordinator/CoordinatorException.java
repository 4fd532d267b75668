package io.pithead.coordinator;

import io.pithead.protocol.error.ErrorCode;
import jakarta.ejb.ApplicationException;
import java.util.Map;
import java.util.OptionalInt;

/** An expected outcome that is not success. The edge turns it into the error envelope. */
@ApplicationException(rollback = true)
public final class CoordinatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Map<String, Object> facts;
    private final int retryAfterSeconds;

    public CoordinatorException(ErrorCode code, String message) {
        this(code, message, Map.of());
    }

    public CoordinatorException(ErrorCode code, String message, Map<String, ?> facts) {
        this(code, message, facts, 0);
    }

    private CoordinatorException(ErrorCode code, String message, Map<String, ?> facts, int retryAfterSeconds) {
        // expected and frequent: a stack trace would cost more than the request
        super(message, null, false, false);
        this.code = code;
        this.facts = Map.copyOf(facts);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public CoordinatorException withRetryAfter(int seconds) {
        return new CoordinatorException(code, String.valueOf(getMessage()), facts, seconds);
    }

    public ErrorCode code() {
        return code;
    }

    /** What the message is about, by name. */
    public Map<String, Object> facts() {
        return facts;
    }

    public OptionalInt retryAfterSeconds() {
        return retryAfterSeconds > 0 ? OptionalInt.of(retryAfterSeconds) : OptionalInt.empty();
    }
}
