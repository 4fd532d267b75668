package io.pithead.protocol.challenge;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.RecoverableSignature;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What members of several messages have to be. */
final class MessageChecks {
    /** Safe as a JSON number anywhere. */
    private static final long MAX_CHAIN = (1L << 53) - 1;

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");
    private static final Pattern SIGNATURE = Pattern.compile("0x[0-9a-f]{" + 2 * RecoverableSignature.BYTES + "}");

    private final Checks checks = new Checks();

    MessageChecks present(String member, @Nullable Object value) {
        checks.present(member, value);
        return this;
    }

    MessageChecks that(String member, boolean holds, String otherwise) {
        checks.that(member, holds, otherwise);
        return this;
    }

    MessageChecks number(String member, @Nullable Number value, long min, long max) {
        checks.present(member, value).range(member, value, min, max);
        return this;
    }

    MessageChecks range(String member, @Nullable Number value, long min, long max) {
        checks.range(member, value, min, max);
        return this;
    }

    MessageChecks chain(@Nullable Long value) {
        return number("chain", value, 0, MAX_CHAIN);
    }

    MessageChecks address(String member, @Nullable String value) {
        checks.present(member, value)
                .matches(member, value, ADDRESS, "must be 0x and " + 2 * Address.BYTES + " lower-case hex digits");
        return this;
    }

    /** 32 bytes: a SHA-256, or as many random ones. */
    MessageChecks bytes32(String member, @Nullable String value) {
        checks.present(member, value).matches(member, value, Digests.SHA256_HEX, "must be 64 lower-case hex digits");
        return this;
    }

    void done() {
        checks.done();
    }

    void signed(@Nullable String signature) {
        checks.matches("signature", signature, SIGNATURE, "must be 65 bytes: 0x and 130 lower-case hex digits")
                .done();
    }
}
