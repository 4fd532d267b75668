package io.pithead.web.metrics;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;

/** Tells each request which route it took, before anything can refuse it. */
@Provider
@ApplicationScoped
public class Routes implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        if (resource.getResourceClass() == null || resource.getResourceMethod() == null) {
            return;
        }
        context.register(new Mark(Route.of(resource)), Meter.FIRST);
    }

    @Priority(Meter.FIRST)
    private record Mark(Route route) implements ContainerRequestFilter {
        @Override
        public void filter(jakarta.ws.rs.container.ContainerRequestContext request) {
            request.setProperty(Meter.ROUTE, route);
        }
    }
}
