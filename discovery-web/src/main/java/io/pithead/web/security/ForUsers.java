package io.pithead.web.security;

import io.pithead.coordinator.user.UserRole;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Callable by people who are signed in and have one of these roles, with none by all who are signed in; and by no key. A method
 * that is not safe takes the session's csrf too, and of it a viewer is refused. Who it is, is then {@code Visitors.of(security)}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ForUsers {
    UserRole[] value() default {};
}
