package io.pithead.web.security;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Callable by a wallet that signs the request, and by no key. Who it is, is then {@code (Signer)
 * securityContext.getUserPrincipal()}; whether it may is the facade's to say, and to take its nonce.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface WalletSigned {}
