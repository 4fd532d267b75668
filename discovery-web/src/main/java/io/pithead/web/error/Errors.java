package io.pithead.web.error;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.signing.SignedRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers in the envelope. */
public final class Errors {
    private static final int NOT_JSON = 400;
    private static final int DEFAULT_RETRY_SECONDS = 1;

    private Errors() {}

    public static Response answer(ErrorCode code, String message) {
        return answer(code, message, Map.of());
    }

    public static Response answer(ErrorCode code, String message, Map<String, ?> details) {
        return answer(Statuses.of(code), code, message, details).build();
    }

    static Response answer(CoordinatorException refused) {
        Response.ResponseBuilder answer =
                answer(Statuses.of(refused.code()), refused.code(), refused.getMessage(), refused.facts());
        refused.retryAfterSeconds().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer.build();
    }

    static Response answer(InvalidPayloadException invalid) {
        int status = invalid.isJson() ? Statuses.of(ErrorCode.INVALID_PAYLOAD) : NOT_JSON;
        return answer(status, ErrorCode.INVALID_PAYLOAD, invalid.getMessage(), invalid.problems())
                .build();
    }

    static Response.ResponseBuilder answer(
            int status, ErrorCode code, @Nullable String message, Map<String, ?> details) {
        Response.ResponseBuilder answer = Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorEnvelope.of(code, message == null ? Statuses.message(code) : message, details));
        if (code.category() == ErrorCode.Category.UNAUTHENTICATED) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, scheme(code) + " realm=\"pithead\"");
        }
        if (code == ErrorCode.UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, DEFAULT_RETRY_SECONDS);
        }
        return answer;
    }

    private static String scheme(ErrorCode code) {
        return switch (code) {
            case UNAUTHORIZED_KEY -> "Bearer";
            // none that a browser would ask a password for by itself
            case NOT_SIGNED_IN, SIGN_IN_REFUSED, CODE_REQUIRED -> "Session";
            default -> SignedRequest.SCHEME;
        };
    }
}
