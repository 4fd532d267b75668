package io.pithead.launcher.edge;

/** What this edge says in place of the application, in the words of the application's own error codes. */
enum Refusal {
    MALFORMED(400, "MALFORMED_REQUEST", "The request is malformed."),
    NOT_FOUND(404, "NOT_FOUND", "There is nothing here."),
    METHOD_NOT_ALLOWED(405, "METHOD_NOT_ALLOWED", "This path does not take that method."),
    LATE(408, "MALFORMED_REQUEST", "The request did not arrive in time."),
    TOO_LARGE(413, "PAYLOAD_TOO_LARGE", "The body is too large."),
    NOT_EXPECTED(417, "MALFORMED_REQUEST", "This expectation cannot be met."),
    HEAD_TOO_LARGE(431, "PAYLOAD_TOO_LARGE", "The path or the headers are too large."),
    INTERNAL(500, "INTERNAL", "Something failed on the server; its log has more under this request id."),
    UNAVAILABLE(503, "UNAVAILABLE", "The server cannot do this now."),
    VERSION(505, "MALFORMED_REQUEST", "This version of HTTP is not spoken here.");

    private static final int FIRST_SERVER_ERROR = 500;

    private final int status;
    private final String code;
    private final String message;

    Refusal(int status, String code, String message) {
        this.status = status;
        this.code = code;
        this.message = message;
    }

    int status() {
        return status;
    }

    /** The envelope. Nothing in it comes from a request. */
    String json(String requestId) {
        String details = this == INTERNAL ? "{\"request_id\":\"" + requestId + "\"}" : "{}";
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\",\"details\":" + details + "}}";
    }

    /** For what the listener decided by itself. */
    static Refusal of(int status) {
        for (Refusal refusal : values()) {
            if (refusal.status == status) {
                return refusal;
            }
        }
        return status >= FIRST_SERVER_ERROR ? INTERNAL : MALFORMED;
    }
}
