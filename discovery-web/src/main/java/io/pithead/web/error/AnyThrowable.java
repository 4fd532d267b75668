package io.pithead.web.error;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.web.json.InvalidBodyException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/**
 * Turns whatever a resource, filter, reader or the JAX-RS runtime threw into an answer. One mapper for all, because a
 * refusal may come wrapped (by the EJB container, by a completion stage) and must answer the same as bare.
 */
@Provider
@ApplicationScoped
public class AnyThrowable implements ExceptionMapper<Throwable> {
    private static final Logger LOG = System.getLogger(AnyThrowable.class.getName());

    @Context
    HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
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
            return answer(refused);
        }
        if (Causes.isUnavailable(thrown)) {
            String id = RequestIds.of(request);
            LOG.log(Level.WARNING, () -> "http.unavailable request_id=" + id + " cause=" + Causes.innermost(thrown));
            return Errors.answer(ErrorCode.UNAVAILABLE, Statuses.message(ErrorCode.UNAVAILABLE));
        }
        return internal(thrown);
    }

    private Response answer(WebApplicationException refused) {
        Response raised = refused.getResponse();
        if (raised.getEntity() instanceof ErrorEnvelope
                || raised.getStatus() < Response.Status.BAD_REQUEST.getStatusCode()) {
            return raised;
        }
        ErrorCode code = Statuses.codeOf(raised.getStatus());
        if (code == ErrorCode.INTERNAL) {
            return internal(refused);
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

    private Response internal(Throwable thrown) {
        String id = RequestIds.of(request);
        LOG.log(
                Level.ERROR,
                () -> "http.failed request_id=" + id + " method=" + request.getMethod() + " path="
                        + request.getRequestURI(),
                thrown);
        return Errors.answer(ErrorCode.INTERNAL, Statuses.message(ErrorCode.INTERNAL), Map.of("request_id", id));
    }
}
