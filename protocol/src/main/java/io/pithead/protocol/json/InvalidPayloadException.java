package io.pithead.protocol.json;

import java.util.Map;

/** A body that could not be read: not JSON at all, or JSON whose members are wrong. */
public final class InvalidPayloadException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> problems;
    private final boolean json;

    private InvalidPayloadException(boolean json, String message, Map<String, String> problems) {
        super(message);
        this.json = json;
        this.problems = Map.copyOf(problems);
    }

    static InvalidPayloadException notJson(String message) {
        return new InvalidPayloadException(false, message, Map.of());
    }

    static InvalidPayloadException wrongMembers(Map<String, String> problems) {
        return new InvalidPayloadException(true, "The body is JSON, but not what this endpoint takes.", problems);
    }

    /** False when the body was not JSON (400), true when its members are wrong (422). */
    public boolean isJson() {
        return json;
    }

    /** What is wrong, by JSON pointer. */
    public Map<String, String> problems() {
        return problems;
    }
}
