package io.pithead.web.idempotency;

import io.pithead.coordinator.idempotency.Idempotency;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Set;

/** Puts the filter on every POST that takes a key. */
@Provider
@ApplicationScoped
public class IdempotentPosts implements DynamicFeature {
    @Inject
    Idempotency idempotency;

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        if (method == null
                || !method.isAnnotationPresent(POST.class)
                || method.isAnnotationPresent(NotIdempotent.class)
                || resource.getResourceClass().isAnnotationPresent(NotIdempotent.class)) {
            return;
        }
        SecretMembers secret = method.getAnnotation(SecretMembers.class);
        Set<String> members = secret == null ? Set.of() : Set.of(secret.value());
        // after authentication: keys are per account
        context.register(new IdempotencyFilter(idempotency, members), Priorities.USER);
    }
}
