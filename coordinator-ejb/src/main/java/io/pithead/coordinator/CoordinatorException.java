package io.pithead.coordinator;

import io.pithead.protocol.error.ErrorCode;
import jakarta.ejb.ApplicationException;
import java.util.Map;
import java.util.OptionalInt;

/** What a facade refused, and why. The container neither wraps it nor discards the bean, and rolls back. */
@ApplicationException(rollback = true)
public class CoordinatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NO_RETRY = -1;

    private final ErrorCode code;
    private final transient Map<String, Object> facts;
    private int retryAfterSeconds = NO_RETRY;

    public CoordinatorException(ErrorCode code, String message) {
        this(code, message, Map.of());
    }

    public CoordinatorException(ErrorCode code, String message, Map<String, ?> facts) {
        super(message);
        this.code = code;
        this.facts = Map.copyOf(facts);
    }

    /** When it is worth asking again, in seconds. */
    public CoordinatorException withRetryAfter(int seconds) {
        retryAfterSeconds = seconds;
        return this;
    }

    public ErrorCode code() {
        return code;
    }

    public Map<String, Object> facts() {
        return facts;
    }

    public OptionalInt retryAfterSeconds() {
        return retryAfterSeconds == NO_RETRY ? OptionalInt.empty() : OptionalInt.of(retryAfterSeconds);
    }
}
