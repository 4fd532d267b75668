package io.pithead.cli.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server's answer that is no yes: its error envelope, with what to do about it. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private static final Map<String, String> NEXT = Map.ofEntries(
            Map.entry("UNAUTHORIZED_KEY", "pithead login brings a key that works"),
            Map.entry("FORBIDDEN_SCOPE", "this needs a key of another scope: pithead --profile NAME, pithead login"),
            Map.entry("INSUFFICIENT_FUNDS", "pithead wallet deposit AMOUNT, then the operator confirms it"),
            Map.entry("JOB_NOT_FOUND", "pithead job list shows those of this key's account"),
            Map.entry("JOB_NOT_READY", "pithead job status ID --wait, then again"),
            Map.entry("RATE_LIMITED", "wait as long as the answer says, then again"),
            Map.entry("UNAVAILABLE", "again in a moment"),
            Map.entry("INTERNAL", "tell the operator the request id"));

    private final transient JsonNode details;
    private final int status;
    private final String code;
    private final @Nullable String request;
    private final Duration retryAfter;

    public Refusal(
            int status, String code, String message, JsonNode details, @Nullable String request, Duration retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.details = details;
        this.request = request;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public JsonNode details() {
        return details;
    }

    @Nullable
    public String request() {
        return request;
    }

    public Duration retryAfter() {
        return retryAfter;
    }

    @Nullable
    public String next() {
        return NEXT.get(code);
    }
}
