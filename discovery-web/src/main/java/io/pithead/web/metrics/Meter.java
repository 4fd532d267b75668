package io.pithead.web.metrics;

import io.pithead.web.error.RequestIds;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.Principal;

/** Times every request, counts its answer and, at DEBUG, logs it. */
@Provider
@PreMatching
@ApplicationScoped
@Priority(Meter.FIRST)
public class Meter implements ContainerRequestFilter, ContainerResponseFilter {
    static final int FIRST = 1;
    static final String ROUTE = "io.pithead.route";
    private static final String STARTED = "io.pithead.started_nanos";
    private static final long NANOS_PER_MICRO = 1_000;
    private static final Logger LOG = System.getLogger(Meter.class.getName());

    @Inject
    RequestMetrics metrics;

    @Context
    HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(STARTED, System.nanoTime());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (!(request.getProperty(STARTED) instanceof Long started)) {
            return;
        }
        long nanos = System.nanoTime() - started;
        Route route = request.getProperty(ROUTE) instanceof Route known ? known : Route.NONE;
        metrics.answered(route, response.getStatus(), nanos);
        if (LOG.isLoggable(Level.DEBUG)) {
            LOG.log(Level.DEBUG, line(request, response, route, nanos));
        }
    }

    private String line(ContainerRequestContext request, ContainerResponseContext response, Route route, long nanos) {
        Principal caller = request.getSecurityContext().getUserPrincipal();
        return "http.answered request_id=" + RequestIds.of(servletRequest) + " method=" + request.getMethod()
                + " route="
                + route.template() + " status=" + response.getStatus() + " micros=" + nanos / NANOS_PER_MICRO + " key="
                + (caller == null ? "none" : caller.getName());
    }
}
