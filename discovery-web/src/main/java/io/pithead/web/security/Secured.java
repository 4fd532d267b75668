package io.pithead.web.security;

import io.pithead.protocol.key.Scope;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The scopes whose keys may call this; on a method it replaces what the class says. The caller is then
 * {@code (Caller) securityContext.getUserPrincipal()}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Secured {
    Scope[] value();

    /** Callers on this machine need no key; one that a proxy speaks for is not on this machine. */
    boolean openOnLoopback() default false;

    /** Callers on this machine may act with the demo's key while {@code pithead.demo.open} is set. */
    boolean openInDemo() default false;
}
