package io.pithead.web.security;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Roles;
import io.pithead.coordinator.platform.Roles.Role;
import io.pithead.protocol.error.ErrorCode;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;

/**
 * An instance answers for its roles alone: a validator of its own has a coordinator's tables, and nothing in them. Its operator
 * sees it all the same.
 */
@Provider
@PreMatching
public class RoleFilter implements ContainerRequestFilter {
    private static final List<String> OF_EVERY_ROLE = List.of("health", "metrics", "docs", "v1/admin", ".error");
    private static final List<String> OF_DISCOVERY = List.of("v1/discovery");

    @Inject
    Roles roles;

    @Override
    public void filter(ContainerRequestContext request) {
        Optional<Role> needed = needed(request.getUriInfo().getPath());
        if (needed.isPresent() && !roles.has(needed.get())) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "This instance has another role.");
        }
    }

    /** Empty for what every instance answers. */
    static Optional<Role> needed(String path) {
        String bare = path.startsWith("/") ? path.substring(1) : path;
        if (isBelow(OF_EVERY_ROLE, bare)) {
            return Optional.empty();
        }
        return Optional.of(isBelow(OF_DISCOVERY, bare) ? Role.DISCOVERY : Role.COORDINATOR);
    }

    private static boolean isBelow(List<String> roots, String path) {
        return roots.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
    }
}
