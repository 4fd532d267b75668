package io.pithead.coordinator.user;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.user.UserStore.UserRow;
import io.pithead.coordinator.user.UserViews.Enrolment;
import io.pithead.coordinator.user.UserViews.PasswordChange;
import io.pithead.coordinator.user.UserViews.RecoveryCodes;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.coordinator.user.core.Totp;
import io.pithead.protocol.error.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What people change of how they themselves sign in. Each asks for the present password, and the second factor where there is
 * one, though they are signed in: whoever finds a screen unlocked stays out. A session that an administrator's link began is
 * believed without, for a short while: so a forgotten password and a lost authenticator are mended.
 */
@ApplicationScoped
public class OwnFacade {
    static final Duration LINK_TRUST = Duration.ofMinutes(10);
    private static final String ISSUER = "Pithead";

    @Inject
    Database database;

    @Inject
    Audit audit;

    @Inject
    Passwords passwords;

    @Inject
    SecondFactor secondFactor;

    private @Nullable Lockout lockout;
    private InstantSource clock = InstantSource.system();

    /** For the container. */
    public OwnFacade() {}

    /** For tests, which bring a database of their own. */
    OwnFacade(Database database, Passwords passwords, SecondFactor secondFactor, InstantSource clock) {
        this.database = database;
        this.audit = new Audit();
        this.passwords = passwords;
        this.secondFactor = secondFactor;
        this.lockout = new Lockout(database);
        this.clock = clock;
    }

    @PostConstruct
    void open() {
        lockout = new Lockout(database);
    }

    /** What somebody signs in with, besides links. */
    public record Means(boolean password, boolean secondFactor) {}

    public Means means(Visitor visitor) {
        UserRow user = database.withConnection(connection -> find(connection, visitor));
        return new Means(user.password() != null, user.totpSince() != null);
    }

    /** All other sessions end. */
    public void setPassword(Visitor visitor, PasswordChange change) {
        Checked checked = check(visitor, change.proof());
        String phc = passwords.hash(change.password());
        apply(visitor, checked, "user.password", (connection, user, now) -> {
            UserStore.setPassword(connection, user.id(), phc);
            SessionStore.endAll(connection, user.id(), visitor.session());
            SessionStore.removeLink(connection, user.id());
            return Boolean.TRUE;
        });
    }

    /** A secret that is in use once a code of it was shown. */
    public Enrolment enrol(Visitor visitor, SelfProof proof) {
        Checked checked = check(visitor, proof);
        byte[] secret = secondFactor.fresh();
        apply(visitor, checked, "user.totp.enrol", (connection, user, now) -> {
            if (user.totpSince() != null) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE, "There is a second factor already: remove it first.");
            }
            UserStore.setTotp(connection, user.id(), secondFactor.seal(user.id(), secret), null, null);
            return Boolean.TRUE;
        });
        String text = Totp.base32(secret);
        String label = URLEncoder.encode(ISSUER + ":" + visitor.name(), StandardCharsets.UTF_8);
        return new Enrolment(text, "otpauth://totp/" + label + "?secret=" + text + "&issuer=" + ISSUER);
    }

    /** From here on a code is asked for. */
    public RecoveryCodes confirm(Visitor visitor, String code) {
        Instant now = now();
        Lockout.Ticket ticket = lockout().take(visitor.name(), visitor.address(), now);
        return database.inTransaction(connection -> {
            UserRow user = locked(connection, visitor);
            OptionalLong step = secondFactor.confirm(user, code, now);
            if (step.isEmpty()) {
                throw new CoordinatorException(
                        ErrorCode.SIGN_IN_REFUSED, "This is no code of a second factor that waits to be confirmed.");
            }
            lockout().giveBack(connection, ticket, user.id(), now);
            UserStore.setTotp(connection, user.id(), user.totp(), now, step.getAsLong());
            audit.record(
                    connection, visitor.self(), "user.totp.confirm", user.id().toString(), Map.of(), now);
            return new RecoveryCodes(secondFactor.renewRecoveryCodes(connection, user.id()));
        });
    }

    public void removeSecondFactor(Visitor visitor, SelfProof proof) {
        Checked checked = check(visitor, proof);
        apply(visitor, checked, "user.totp.remove", (connection, user, now) -> {
            UserStore.setTotp(connection, user.id(), null, null, null);
            return Boolean.TRUE;
        });
    }

    /** New ones in place of those that are left. */
    public RecoveryCodes renewRecoveryCodes(Visitor visitor, SelfProof proof) {
        Checked checked = check(visitor, proof);
        return apply(visitor, checked, "user.totp.recovery", (connection, user, now) -> {
            if (user.totpSince() == null) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "There is no second factor.");
            }
            return new RecoveryCodes(secondFactor.renewRecoveryCodes(connection, user.id()));
        });
    }

    /** What was shown, as far as it can be judged without a transaction. */
    private record Checked(
            Lockout.@Nullable Ticket ticket, @Nullable String code, Instant now) {}

    /** What to do for a user who is locked. */
    @FunctionalInterface
    interface Change<T> {
        T make(Connection connection, UserRow user, Instant now) throws SQLException;
    }

    /** For what else somebody changes of how to sign in. */
    <T> T proven(Visitor visitor, SelfProof proof, String action, Change<T> change) {
        return apply(visitor, check(visitor, proof), action, change);
    }

    /** The password is looked at outside a transaction: that takes a while. */
    private Checked check(Visitor visitor, SelfProof proof) {
        Instant now = now();
        boolean trusted = database.withConnection(
                connection -> SessionStore.isByLink(connection, visitor.session(), now.minus(LINK_TRUST)));
        if (trusted) {
            return new Checked(null, null, now);
        }
        Lockout.Ticket ticket = lockout().take(visitor.name(), visitor.address(), now);
        UserRow user = database.withConnection(connection -> find(connection, visitor));
        String password = proof.present() == null ? "" : proof.present();
        if (!passwords.matches(password, user.password())) {
            throw refused();
        }
        if (user.totpSince() != null && proof.code() == null) {
            lockout().wasNotWrong(ticket, now);
            throw new CoordinatorException(ErrorCode.CODE_REQUIRED, "A code of the second factor is needed.");
        }
        return new Checked(ticket, proof.code(), now);
    }

    private <T> T apply(Visitor visitor, Checked checked, String action, Change<T> change) {
        return database.inTransaction(connection -> {
            Lockout.Ticket ticket = checked.ticket();
            if (ticket != null) {
                // before the user's row, as everywhere
                lockout().giveBack(connection, ticket, visitor.user(), checked.now());
            }
            UserRow user = locked(connection, visitor);
            String code = checked.code() == null ? "" : checked.code();
            if (ticket != null
                    && user.totpSince() != null
                    && !secondFactor.pass(connection, user, code, checked.now())) {
                throw refused();
            }
            T result = change.make(connection, user, checked.now());
            audit.record(connection, visitor.self(), action, user.id().toString(), Map.of(), checked.now());
            return result;
        });
    }

    private static UserRow find(Connection connection, Visitor visitor) throws SQLException {
        return orGone(UserStore.byId(connection, visitor.user()));
    }

    private static UserRow locked(Connection connection, Visitor visitor) throws SQLException {
        return orGone(UserStore.locked(connection, visitor.user()));
    }

    private static UserRow orGone(@Nullable UserRow user) {
        if (user == null || user.disabledAt() != null) {
            throw new CoordinatorException(ErrorCode.NOT_SIGNED_IN, "Sign in first.");
        }
        return user;
    }

    private static CoordinatorException refused() {
        return new CoordinatorException(ErrorCode.SIGN_IN_REFUSED, "The present password or the code is wrong.");
    }

    private Lockout lockout() {
        return Objects.requireNonNull(lockout, "set by the container");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
