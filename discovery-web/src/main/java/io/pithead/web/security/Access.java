package io.pithead.web.security;

import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.key.Scope;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the annotations of a resource method say; the method's come before its class's. */
sealed interface Access {
    record Open() implements Access {}

    record Keys(Set<Scope> scopes, boolean openOnLoopback, boolean openInDemo) implements Access {}

    /** A wallet's signature, and no key. */
    record Signed() implements Access {}

    /** A person who is signed in, with one of these roles; with none, whoever is. */
    record People(Set<UserRole> roles) implements Access {}

    /** Nothing was said: nobody may call it. */
    record Undeclared() implements Access {}

    static Access of(Class<?> resource, Method method) {
        return said(method).or(() -> said(resource)).orElseGet(Undeclared::new);
    }

    private static Optional<Access> said(AnnotatedElement element) {
        Secured secured = element.getAnnotation(Secured.class);
        if (secured != null) {
            Set<Scope> scopes = EnumSet.noneOf(Scope.class);
            scopes.addAll(List.of(secured.value()));
            return Optional.of(new Keys(scopes, secured.openOnLoopback(), secured.openInDemo()));
        }
        ForUsers people = element.getAnnotation(ForUsers.class);
        if (people != null) {
            return Optional.of(new People(Set.of(people.value())));
        }
        if (element.isAnnotationPresent(WalletSigned.class)) {
            return Optional.of(new Signed());
        }
        return element.isAnnotationPresent(OpenToAll.class) ? Optional.of(new Open()) : Optional.empty();
    }
}
