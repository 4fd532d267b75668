package io.pithead.coordinator.user;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One way to the issuer and back. A cookie holds it, and nothing else does: state, nonce and verifier are HMACs, by its random
 * part, of what they are and of the rest. So none of them tells another one, and a cookie that was changed fits no state.
 *
 * @param binds whether what comes of it is a binding, not a sign-in
 * @param to the page of ours where it ends
 */
record OidcAttempt(Token token, Instant begun, boolean binds, String to) {
    static final Duration TTL = Duration.ofMinutes(10);
    /** By which clocks of instances may differ. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{43})\\.([0-9]{1,11})\\.([bs])\\.([A-Za-z0-9_-]{0,800})");
    private static final String MAC = "HmacSHA256";

    /** Empty for what cannot be one. */
    static Optional<OidcAttempt> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new OidcAttempt(
                    new Token(parts.group(1)),
                    Instant.ofEpochSecond(Long.parseLong(parts.group(2))),
                    parts.group(3).equals("b"),
                    new String(Base64.getUrlDecoder().decode(parts.group(4)), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** For the cookie. */
    String text() {
        return token.text() + "." + rest();
    }

    private String rest() {
        String where = Base64.getUrlEncoder().withoutPadding().encodeToString(to.getBytes(StandardCharsets.UTF_8));
        return begun.getEpochSecond() + "." + (binds ? "b" : "s") + "." + where;
    }

    boolean isLive(Instant now) {
        return now.isAfter(begun.minus(SKEW)) && now.isBefore(begun.plus(TTL));
    }

    boolean isAnswered(String state) {
        return MessageDigest.isEqual(
                state().getBytes(StandardCharsets.US_ASCII), state.getBytes(StandardCharsets.UTF_8));
    }

    String state() {
        return derived("state");
    }

    String nonce() {
        return derived("nonce");
    }

    /** Of PKCE: 43 characters, as few as it may have and 256 bits. */
    String verifier() {
        return derived("verifier");
    }

    private String derived(String use) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(token.text().getBytes(StandardCharsets.US_ASCII), MAC));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal((use + " " + rest()).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    @Override
    public String toString() {
        return "attempt";
    }
}
