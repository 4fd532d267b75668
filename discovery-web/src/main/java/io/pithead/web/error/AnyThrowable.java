package io.pithead.web.error;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Turns whatever a resource, filter, reader or the JAX-RS runtime threw into an answer. One mapper for all, because a
 * refusal may come wrapped (by the EJB container, by a completion stage) and must answer the same as bare.
 */
@Provider
@ApplicationScoped
public class AnyThrowable implements ExceptionMapper<Throwable> {
    @Context
    HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
        return Failures.answer(thrown, RequestIds.facts(request));
    }
}
