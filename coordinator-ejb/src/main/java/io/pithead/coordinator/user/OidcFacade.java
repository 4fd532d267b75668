package io.pithead.coordinator.user;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.user.IdentityStore.Asked;
import io.pithead.coordinator.user.IdentityStore.Identity;
import io.pithead.coordinator.user.OidcConfig.Provider;
import io.pithead.coordinator.user.UserStore.UserRow;
import io.pithead.coordinator.user.UserViews.OidcBinding;
import io.pithead.coordinator.user.UserViews.OidcReturn;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.protocol.error.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets people in with an account elsewhere that is bound to a user here: no user is made of what an issuer says. See
 * docs/adr/0027-sign-in-by-openid-connect.md.
 */
@ApplicationScoped
public class OidcFacade {
    /** The path that is registered with the issuer. */
    public static final String CALLBACK = "/console/oidc/callback";

    static final Duration CODE_TTL = Duration.ofMinutes(5);
    private static final int MAX_SWEPT = 100;
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");
    private static final Logger LOG = System.getLogger(OidcFacade.class.getName());

    @Inject
    Database database;

    @Inject
    OidcConfig config;

    @Inject
    SignIn signIn;

    @Inject
    OwnFacade own;

    @Inject
    SecondFactor secondFactor;

    @Inject
    Audit audit;

    private @Nullable OidcIssuer issuer;
    private @Nullable Lockout lockout;
    private InstantSource clock = InstantSource.system();

    /** For the container. */
    public OidcFacade() {}

    /** For tests, which bring a database and an issuer of their own. */
    OidcFacade(
            Database database,
            OidcConfig config,
            SignIn signIn,
            OwnFacade own,
            SecondFactor secondFactor,
            InstantSource clock) {
        this.database = database;
        this.config = config;
        this.signIn = signIn;
        this.own = own;
        this.secondFactor = secondFactor;
        this.audit = new Audit();
        this.clock = clock;
        this.lockout = new Lockout(database);
        this.issuer = issuer(config, clock);
    }

    @PostConstruct
    void open() {
        lockout = new Lockout(database);
        issuer = issuer(config, clock);
    }

    private static @Nullable OidcIssuer issuer(OidcConfig config, InstantSource clock) {
        return config.provider()
                .map(provider -> new OidcIssuer(provider, clock))
                .orElse(null);
    }

    @PreDestroy
    void close() {
        OidcIssuer opened = issuer;
        if (opened != null) {
            opened.close();
        }
    }

    /**
     * A way to the issuer.
     *
     * @param location where the browser goes
     * @param cookie what it has to bring back; shown here and never again
     */
    public record Way(URI location, String cookie) {
        public Duration ttl() {
            return OidcAttempt.TTL;
        }

        @Override
        public String toString() {
            return "way";
        }
    }

    /** What came of it. */
    public sealed interface Outcome {
        record In(SignedIn session, String to) implements Outcome {}

        /** The user has a second factor: this cookie and a code of it let in. */
        record CodeWanted(String cookie, Duration ttl, String to) implements Outcome {
            @Override
            public String toString() {
                return "code wanted";
            }
        }

        record Bound(OidcBinding binding) implements Outcome {}
    }

    /** What the button says; empty when it is off. */
    public Optional<String> name() {
        return config.provider().map(Provider::name);
    }

    /** @param to the page of ours where it ends, already checked */
    public Way begin(URI asked, String to) {
        OidcIssuer there = there();
        var attempt = new OidcAttempt(Token.fresh(), now().truncatedTo(ChronoUnit.SECONDS), false, to);
        return new Way(there.authorization(attempt, redirect(asked)), attempt.text());
    }

    /** From now on this person, who shows the present password, signs in with the account that it is about to show. */
    public Way bind(Visitor visitor, SelfProof proof, URI asked) {
        OidcIssuer there = there();
        var attempt = new OidcAttempt(Token.fresh(), now().truncatedTo(ChronoUnit.SECONDS), true, "");
        // before the password is looked at: with an issuer that is away nothing was asked
        URI location = there.authorization(attempt, redirect(asked));
        own.proven(visitor, proof, "user.oidc.ask", (connection, user, now) -> {
            IdentityStore.askToBind(
                    connection,
                    attempt.token().sha256(),
                    new Asked(user.id(), visitor.session()),
                    now().plus(OidcAttempt.TTL));
            return Boolean.TRUE;
        });
        return new Way(location, attempt.text());
    }

    public void unbind(Visitor visitor, SelfProof proof) {
        own.proven(visitor, proof, "user.oidc.unbind", (connection, user, now) -> {
            if (!IdentityStore.unbind(connection, user.id())) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "Nothing is bound.");
            }
            return Boolean.TRUE;
        });
    }

    public Optional<OidcBinding> binding(Visitor visitor) {
        return database.withConnection(connection -> Optional.ofNullable(IdentityStore.of(connection, visitor.user()))
                .map(OidcFacade::shown));
    }

    /** A browser is back. What it brought is good once, whatever comes of it. */
    public Outcome finish(@Nullable String cookie, OidcReturn brought, URI asked, Origin from) {
        OidcIssuer there = there();
        OidcAttempt attempt = Optional.ofNullable(cookie)
                .flatMap(OidcAttempt::parse)
                .filter(begun -> begun.isLive(now()))
                .filter(begun -> brought.state() != null && begun.isAnswered(brought.state()))
                .orElseThrow(() -> refused(
                        "This was begun in another browser, was used, or is over. Begin again at the sign-in page."));
        Instant now = now();
        String ofAddress = lockout().takeAddress(from.address(), now);
        Identity identity = identity(there, attempt, brought, redirect(asked), ofAddress);
        // by itself, so that it stays spent though what comes next is refused
        boolean first = database.inTransaction(connection -> {
            IdentityStore.forgetAttempts(connection, now, MAX_SWEPT);
            return attempt.binds()
                    || IdentityStore.spend(
                            connection,
                            attempt.token().sha256(),
                            attempt.begun().plus(OidcAttempt.TTL));
        });
        if (!first) {
            throw refused("This was used. Begin again at the sign-in page.");
        }
        return database.inTransaction(connection -> {
            // before the user's row, as everywhere
            lockout().giveBackAddress(connection, ofAddress, now);
            return attempt.binds()
                    ? bound(connection, attempt, identity, from, now)
                    : entered(connection, attempt, identity, from, now);
        });
    }

    private Identity identity(
            OidcIssuer there, OidcAttempt attempt, OidcReturn brought, URI redirect, String ofAddress) {
        String name = name().orElse("");
        String error = brought.error();
        if (error != null) {
            String word = ERROR.matcher(error).matches() ? error : "error";
            throw refused(name + " says " + word + ". Begin again, or sign in with your password.");
        }
        String code = brought.code();
        if (code == null || code.isBlank()) {
            throw refused(name + " sent no code. Begin again.");
        }
        try {
            if (!there.mayAnswer(brought.iss())) {
                throw refused("This answer is not of " + name + ". Begin again.");
            }
            return there.redeem(code, attempt, redirect);
        } catch (CoordinatorException e) {
            if (e.code() == ErrorCode.UNAVAILABLE) {
                database.doInTransaction(connection -> lockout().giveBackAddress(connection, ofAddress, now()));
            }
            throw e;
        }
    }

    private Outcome entered(Connection connection, OidcAttempt attempt, Identity identity, Origin from, Instant now)
            throws SQLException {
        UUID id = IdentityStore.userOf(connection, identity);
        UserRow user = id == null ? null : UserStore.locked(connection, id);
        if (user == null) {
            LOG.log(Level.INFO, () -> "sign_in.refused by=oidc why=unbound from=" + from.address());
            throw new CoordinatorException(
                    ErrorCode.SIGN_IN_REFUSED,
                    "Nobody here is bound to this account of " + name().orElse("")
                            + ". Sign in with your password and bind it on your own page, or ask an administrator for"
                            + " a user with this subject.",
                    Map.of("issuer", identity.issuer(), "subject", identity.subject()));
        }
        if (user.disabledAt() != null) {
            LOG.log(Level.INFO, () -> "sign_in.refused by=oidc why=disabled from=" + from.address());
            throw refused("This user is disabled. Ask an administrator.");
        }
        if (user.totpSince() != null) {
            Token pass = Token.fresh();
            IdentityStore.askForCode(connection, pass.sha256(), user.id(), now.plus(CODE_TTL));
            return new Outcome.CodeWanted(pass.text(), CODE_TTL, attempt.to());
        }
        AttemptStore.know(connection, user.id(), from.address(), now);
        return new Outcome.In(signIn.begin(connection, user.id(), SignIn.By.OIDC, from, now), attempt.to());
    }

    /** The session's own cookie does not come with what another site sends: the row says who asked. */
    private Outcome bound(Connection connection, OidcAttempt attempt, Identity identity, Origin from, Instant now)
            throws SQLException {
        Asked by = IdentityStore.takeBinding(connection, attempt.token().sha256(), now);
        UserRow user = by == null ? null : UserStore.locked(connection, by.user());
        Visitor visitor = by == null
                ? null
                : signIn.visitor(connection, by.session(), from, now).orElse(null);
        if (user == null || visitor == null) {
            throw refused("This was used, or the session that asked for it is over. Begin again on your own page.");
        }
        Identity before = IdentityStore.of(connection, user.id());
        if (!IdentityStore.bind(connection, user.id(), identity, now)) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "Another user is bound to this account: it can sign in one alone.");
        }
        audit.record(
                connection,
                visitor.self(),
                "user.oidc.bind",
                user.id().toString(),
                facts(before),
                facts(identity),
                now);
        return new Outcome.Bound(shown(identity));
    }

    /** A code of the second factor, by who came from the issuer before. */
    public SignedIn code(@Nullable String cookie, String code, Origin from) {
        Instant now = now();
        Token pass = Token.parse(cookie == null ? "" : cookie).orElseThrow(OidcFacade::over);
        UserRow waiting = database.withConnection(connection -> {
                    UUID id = IdentityStore.waitsForCode(connection, pass.sha256(), now);
                    return Optional.ofNullable(id == null ? null : UserStore.byId(connection, id));
                })
                .orElseThrow(OidcFacade::over);
        Lockout.Ticket ticket = lockout().take(waiting.name(), from.address(), now);
        return database.inTransaction(connection -> {
            // before the user's row, as everywhere
            lockout().giveBack(connection, ticket, waiting.id(), now);
            UserRow user = UserStore.locked(connection, waiting.id());
            if (user == null || user.disabledAt() != null || !IdentityStore.takeCode(connection, pass.sha256())) {
                throw over();
            }
            if (!secondFactor.pass(connection, user, code, now)) {
                throw new CoordinatorException(ErrorCode.CODE_REQUIRED, "The code is wrong.");
            }
            return signIn.begin(connection, user.id(), SignIn.By.OIDC, from, now);
        });
    }

    private static Map<String, Object> facts(@Nullable Identity identity) {
        return identity == null
                ? Map.of("bound", false)
                : Map.of("bound", true, "issuer", identity.issuer(), "subject", identity.subject());
    }

    private static OidcBinding shown(Identity identity) {
        return new OidcBinding(identity.issuer(), identity.subject());
    }

    private URI redirect(URI asked) {
        URI set = config.provider().map(Provider::redirect).orElse(null);
        return set == null ? asked.resolve(CALLBACK) : set;
    }

    static CoordinatorException refused(String message) {
        return new CoordinatorException(ErrorCode.SIGN_IN_REFUSED, message);
    }

    private static CoordinatorException over() {
        return refused("This was used or is over. Begin again at the sign-in page.");
    }

    private OidcIssuer there() {
        OidcIssuer opened = issuer;
        if (opened == null) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "This server has no issuer to sign in with.");
        }
        return opened;
    }

    private Lockout lockout() {
        return Objects.requireNonNull(lockout, "set by the container");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
