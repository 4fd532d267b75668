package io.pithead.web.security;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.discovery.Signatures;
import io.pithead.coordinator.user.SignIn;
import io.pithead.protocol.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Gives each resource method the filter that its annotations ask for, once, when the application starts. */
@Provider
@ApplicationScoped
public class Gate implements DynamicFeature {
    private static final String OURS = "io.pithead.";
    private static final Logger LOG = System.getLogger(Gate.class.getName());

    @Inject
    KeyRing ring;

    @Inject
    RateLimits limits;

    @Inject
    DemoKey demoKey;

    @Inject
    SignIn signIn;

    @Inject
    Signatures signatures;

    @Inject
    DiscoveryConfig discovery;

    @Context
    HttpServletRequest servletRequest;

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Class<?> type = resource.getResourceClass();
        if (type == null || !type.getName().startsWith(OURS)) {
            // what JAX-RS adds by itself: OPTIONS
            return;
        }
        switch (Access.of(type, resource.getResourceMethod())) {
            case Access.Open open -> LOG.log(Level.DEBUG, () -> "gate.open method=" + resource.getResourceMethod());
            case Access.Keys keys -> context.register(filter(keys), Priorities.AUTHENTICATION);
            case Access.Signed signed ->
                context.register(
                        new WalletFilter(signatures, discovery, limits, servletRequest), Priorities.AUTHENTICATION);
            case Access.People people ->
                context.register(
                        new VisitorFilter(signIn, limits, discovery, servletRequest, people.roles()),
                        Priorities.AUTHENTICATION);
            case Access.Undeclared undeclared -> {
                LOG.log(Level.ERROR, () -> "gate.undeclared method=" + resource.getResourceMethod());
                context.register(refuseAll(), Priorities.AUTHENTICATION);
            }
        }
    }

    private ContainerRequestFilter filter(Access.Keys keys) {
        var filter = new KeyFilter(ring, limits, discovery, servletRequest, keys.scopes());
        if (keys.openInDemo()) {
            return request -> {
                if (demoKey.isOpen()
                        && Credentials.areAbsent(request.getHeaders())
                        && Loopback.isLocal(servletRequest)) {
                    demoKey.lend(request.getHeaders());
                }
                filter.filter(request);
            };
        }
        if (!keys.openOnLoopback()) {
            return filter;
        }
        return request -> {
            if (!Loopback.isLocal(servletRequest)) {
                filter.filter(request);
            }
        };
    }

    private static ContainerRequestFilter refuseAll() {
        return request -> {
            throw new CoordinatorException(ErrorCode.FORBIDDEN_SCOPE, "Nobody may call this.");
        };
    }
}
