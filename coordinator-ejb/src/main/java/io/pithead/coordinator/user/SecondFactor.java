package io.pithead.coordinator.user;

import io.pithead.coordinator.seal.SealingKeyFile;
import io.pithead.coordinator.seal.SecretBox;
import io.pithead.coordinator.user.UserStore.UserRow;
import io.pithead.coordinator.user.core.Totp;
import io.pithead.protocol.signing.Digests;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Codes of an authenticator, and those that stand in for it once each. */
@ApplicationScoped
public class SecondFactor {
    static final int RECOVERY_CODES = 10;
    private static final int RECOVERY_BYTES = 10;
    private static final int GROUP = 4;
    private static final Pattern RECOVERY = Pattern.compile("[A-Z2-7]{16}");
    private static final SecureRandom RANDOM = new SecureRandom();

    @Inject
    UserConfig config;

    private volatile @Nullable SecretBox box;

    /** For the container. */
    public SecondFactor() {}

    /** For tests. */
    SecondFactor(SecretBox box) {
        this.box = box;
    }

    byte[] fresh() {
        byte[] secret = new byte[Totp.SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    byte[] seal(UUID user, byte[] secret) {
        return box().seal(user, Base64.getEncoder().encodeToString(secret));
    }

    private byte[] open(UUID user, byte[] sealed) {
        return Base64.getDecoder().decode(box().open(user, sealed));
    }

    /** Whether this user, who is locked, may pass with it; what was good is used up in the same transaction. */
    boolean pass(Connection connection, UserRow user, String code, Instant now) throws SQLException {
        Long last = user.totpStep();
        byte[] sealed = user.totp();
        if (sealed == null || last == null) {
            return true;
        }
        OptionalLong step = Totp.check(open(user.id(), sealed), code, last, now);
        if (step.isPresent()) {
            UserStore.useStep(connection, user.id(), step.getAsLong());
            return true;
        }
        String recovery = code.replace("-", "").replace(" ", "").toUpperCase(Locale.ROOT);
        return RECOVERY.matcher(recovery).matches()
                && UserStore.useRecoveryCode(connection, user.id(), digest(recovery));
    }

    /** The step of a code of a secret that is not yet in use. */
    OptionalLong confirm(UserRow user, String code, Instant now) {
        byte[] sealed = user.totp();
        return sealed == null || user.totpSince() != null
                ? OptionalLong.empty()
                : Totp.check(open(user.id(), sealed), code, Long.MIN_VALUE, now);
    }

    /** The user's only ones from here on. */
    List<String> renewRecoveryCodes(Connection connection, UUID user) throws SQLException {
        var codes = new ArrayList<String>();
        var digests = new ArrayList<byte[]>();
        for (int i = 0; i < RECOVERY_CODES; i++) {
            byte[] bytes = new byte[RECOVERY_BYTES];
            RANDOM.nextBytes(bytes);
            String code = Totp.base32(bytes);
            digests.add(digest(code));
            codes.add(code.replaceAll("(.{" + GROUP + "})(?!$)", "$1-").toLowerCase(Locale.ROOT));
        }
        UserStore.setRecoveryCodes(connection, user, digests);
        return codes;
    }

    /** 80 random bits need no salt. */
    private static byte[] digest(String code) {
        return Digests.sha256(code.getBytes(StandardCharsets.US_ASCII));
    }

    /** The key is made with the first secret: most installations never have one. */
    private SecretBox box() {
        SecretBox known = box;
        if (known == null) {
            known = new SecretBox(SealingKeyFile.loadOrCreate(config.keyFile()));
            box = known;
        }
        return known;
    }
}
