package io.pithead.web.error;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.web.json.InvalidBodyException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/** How to answer whatever was thrown: a refusal says it by itself, anything else is ours, is logged, and says nothing. */
public final class Failures {
    private static final Logger LOG = System.getLogger(Failures.class.getName());

    private Failures() {}

    /** @param request its id, method and path, for the log */
    public static Response answer(Throwable thrown, Facts request) {
        Throwable known = Causes.firstKnown(thrown);
        if (known instanceof CoordinatorException refused) {
            return Errors.answer(refused);
        }
        if (known instanceof InvalidPayloadException invalid) {
            return Errors.answer(invalid);
        }
        if (known instanceof InvalidBodyException invalid) {
            return Errors.answer(invalid.payload());
        }
        if (known instanceof WebApplicationException refused) {
            return answer(refused, request);
        }
        if (Causes.isUnavailable(thrown)) {
            LOG.log(
                    Level.WARNING,
                    () -> "http.unavailable request_id=" + request.id() + " cause=" + Causes.innermost(thrown));
            return Errors.answer(ErrorCode.UNAVAILABLE, Statuses.message(ErrorCode.UNAVAILABLE));
        }
        return internal(thrown, request);
    }

    /** What a log line says of a request; taken on its own thread, where it can still be asked. */
    public record Facts(String id, String method, String path) {}

    private static Response answer(WebApplicationException refused, Facts request) {
        Response raised = refused.getResponse();
        if (raised.getEntity() instanceof ErrorEnvelope
                || raised.getStatus() < Response.Status.BAD_REQUEST.getStatusCode()) {
            return raised;
        }
        ErrorCode code = Statuses.codeOf(raised.getStatus());
        if (code == ErrorCode.INTERNAL) {
            return internal(refused, request);
        }
        Response.ResponseBuilder answer = Errors.answer(Statuses.of(code), code, Statuses.message(code), Map.of());
        raised.getHeaders().forEach((name, values) -> {
            if (isKept(name)) {
                values.forEach(value -> answer.header(name, value));
            }
        });
        return answer.build();
    }

    private static boolean isKept(String header) {
        return header.equalsIgnoreCase("Allow") || header.equalsIgnoreCase("Content-Range");
    }

    private static Response internal(Throwable thrown, Facts request) {
        LOG.log(
                Level.ERROR,
                () -> "http.failed request_id=" + request.id() + " method=" + request.method() + " path="
                        + request.path(),
                thrown);
        return Errors.answer(
                ErrorCode.INTERNAL, Statuses.message(ErrorCode.INTERNAL), Map.of("request_id", request.id()));
    }
}
