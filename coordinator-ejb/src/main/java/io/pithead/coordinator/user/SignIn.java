package io.pithead.coordinator.user;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.user.SessionStore.SessionRow;
import io.pithead.coordinator.user.UserStore.UserRow;
import io.pithead.coordinator.user.core.SessionPolicy;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets people in, knows them again, and lets them out; see the package note for how it stays true. */
@ApplicationScoped
public class SignIn {
    /** The oldest go. */
    static final int MAX_SESSIONS = 20;

    static final Duration ATTEMPT_MEMORY = Duration.ofDays(1);
    static final Duration ADDRESS_MEMORY = Duration.ofDays(90);
    private static final int MAX_SWEPT = 1_000;
    private static final int MAX_LOOKUPS = 4;
    private static final Duration MAX_LOOKUP_WAIT = Duration.ofSeconds(2);
    private static final int RETRY_SECONDS = 1;
    private static final Logger LOG = System.getLogger(SignIn.class.getName());

    private final HeldSessions held = new HeldSessions();
    private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);

    @Inject
    Database database;

    @Inject
    KeyRing ring;

    @Inject
    UserConfig config;

    @Inject
    Audit audit;

    @Inject
    Passwords passwords;

    @Inject
    SecondFactor secondFactor;

    private @Nullable LongSupplier revision;
    private @Nullable Lockout lockout;
    private InstantSource clock = InstantSource.system();

    /** For the container. */
    public SignIn() {}

    /** For tests, which bring a database of their own. */
    SignIn(
            Database database,
            UserConfig config,
            Passwords passwords,
            SecondFactor secondFactor,
            LongSupplier revision,
            InstantSource clock) {
        this.database = database;
        this.config = config;
        this.audit = new Audit();
        this.passwords = passwords;
        this.secondFactor = secondFactor;
        this.revision = revision;
        this.lockout = new Lockout(database);
        this.clock = clock;
    }

    @PostConstruct
    void open() {
        revision = ring::userRevision;
        // a person waits for something only after it was let in here
        ring.sessionsAreKnownTo(this::isLive);
        lockout = new Lockout(database);
    }

    /** Says no more of what was wrong than that something was; takes as long for a name that nobody has. */
    public SignedIn signIn(String name, String password, @Nullable String code, Origin from) {
        Instant now = now();
        String wanted = UserNames.canonical(name);
        Lockout.Ticket ticket = lockout().take(wanted, from.address(), now);
        UserRow user = database.withConnection(connection -> Optional.ofNullable(UserStore.byName(connection, wanted)))
                .orElse(null);
        boolean right = passwords.matches(password, user == null || user.disabledAt() != null ? null : user.password());
        if (user == null || !right) {
            LOG.log(Level.INFO, () -> "sign_in.refused from=" + from.address());
            throw refused();
        }
        if (user.totpSince() != null && (code == null || code.isBlank())) {
            lockout().wasNotWrong(ticket, now);
            throw new CoordinatorException(ErrorCode.CODE_REQUIRED, "A code of the second factor is needed.");
        }
        return database.inTransaction(connection -> {
            // before the user's row, as everywhere
            lockout().giveBack(connection, ticket, user.id(), now);
            UserRow locked = UserStore.locked(connection, user.id());
            if (locked == null
                    || locked.disabledAt() != null
                    || !Objects.equals(locked.password(), user.password())
                    || !secondFactor.pass(connection, locked, code == null ? "" : code, now)) {
                throw refused();
            }
            return begin(connection, user.id(), By.PASSWORD, from, now);
        });
    }

    /** With a link that an administrator made: it is good once. */
    public SignedIn enter(String linkToken, Origin from) {
        Instant now = now();
        Token link = Token.parse(linkToken).orElseThrow(SignIn::linkRefused);
        return database.inTransaction(connection -> {
            UUID user = SessionStore.useLink(connection, link.sha256(), now);
            UserRow locked = user == null ? null : UserStore.locked(connection, user);
            if (user == null || locked == null || locked.disabledAt() != null) {
                throw linkRefused();
            }
            AttemptStore.know(connection, user, from.address(), now);
            return begin(connection, user, By.LINK, from, now);
        });
    }

    /** Whose session this is, from memory where it is known; empty for one that is over or never was. */
    public Optional<Visitor> visitor(String token, String address) {
        long current = revision().getAsLong();
        return Token.parse(token)
                .flatMap(parsed -> hold(parsed, current))
                .map(session -> session.visitor(new Origin(address, null).address()));
    }

    /** Whether this session would be accepted now. */
    boolean isLive(UUID session) {
        return lookUp(() -> database.withConnection(connection -> SessionStore.isLive(
                connection, session, now(), config.sessions().idle())));
    }

    /** Whose session this is, if it would be accepted now; its csrf is not known. */
    Optional<Visitor> visitor(Connection connection, UUID session, Origin from, Instant now) throws SQLException {
        return Optional.ofNullable(SessionStore.byId(connection, session))
                .filter(row -> config.sessions().isLive(row.lastSeenAt(), row.expiresAt(), now))
                .map(row -> HeldSessions.visitor(row, "", from.address()));
    }

    /** @param everywhere on all devices, not on this one alone */
    public void signOut(Visitor visitor, boolean everywhere) {
        Instant now = now();
        database.doInTransaction(connection -> {
            if (everywhere) {
                SessionStore.endAll(connection, visitor.user(), null);
                SessionStore.removeLink(connection, visitor.user());
            } else {
                SessionStore.end(connection, visitor.session());
            }
            audit.record(
                    connection,
                    visitor.self(),
                    "session.end",
                    visitor.user().toString(),
                    Map.of("everywhere", everywhere),
                    now);
        });
        held.remove(visitor.session());
    }

    /** What is held as the secret of a form of this session. */
    public static String csrf(String token) {
        return new Token(token).csrf();
    }

    /** Writes when sessions were last used, and ends those that are over. Called by one loop. */
    void round() throws SQLException {
        Instant now = now();
        Map<UUID, Instant> seen = held.takeSeen();
        database.doInTransaction(connection -> {
            if (!seen.isEmpty()) {
                SessionStore.seen(connection, seen);
            }
        });
        database.doInTransaction(connection -> {
            SessionStore.endOver(connection, now, config.sessions().idle(), MAX_SWEPT);
            AttemptStore.forget(connection, now.minus(ATTEMPT_MEMORY), now.minus(ADDRESS_MEMORY), MAX_SWEPT);
        });
    }

    /** With what somebody signed in. */
    enum By {
        PASSWORD,
        LINK,
        OIDC
    }

    /** For who has shown all there is to show. */
    SignedIn begin(Connection connection, UUID user, By by, Origin from, Instant now) throws SQLException {
        SessionPolicy policy = config.sessions();
        Token token = Token.fresh();
        UUID id = Ids.next(now);
        Instant expiresAt = policy.expiresAt(now);
        SessionStore.insert(connection, id, user, token.sha256(), by == By.LINK, now, expiresAt, from);
        SessionStore.endBeyond(connection, user, MAX_SESSIONS);
        SessionRow row = Objects.requireNonNull(
                SessionStore.find(connection, token.sha256()), "a session that was just written, of a user who may");
        Visitor visitor = HeldSessions.visitor(row, token.csrf(), from.address());
        audit.record(
                connection,
                visitor.self(),
                "session.begin",
                user.toString(),
                Map.of("by", by.name().toLowerCase(Locale.ROOT)),
                now);
        LOG.log(Level.INFO, () -> "session.begun user=" + row.name() + " from=" + from.address());
        return new SignedIn(token.text(), visitor, expiresAt);
    }

    private Optional<HeldSessions.Held> hold(Token token, long current) {
        Instant now = now();
        SessionPolicy policy = config.sessions();
        HeldSessions.Held known = held.get(token.sha256());
        if (known == null || known.revision() != current || !known.isLive(policy, now)) {
            // elsewhere it may have been used since
            SessionRow row = lookUp(() -> database.withConnection(
                            connection -> Optional.ofNullable(SessionStore.find(connection, token.sha256()))))
                    .orElse(null);
            known = held.renew(token, row, current);
        }
        if (known == null || !known.isLive(policy, now)) {
            return Optional.empty();
        }
        known.use(now);
        return Optional.of(known);
    }

    @FunctionalInterface
    private interface LookUp<T> {
        T run();
    }

    private <T> T lookUp(LookUp<T> lookUp) {
        try {
            if (!lookups.tryAcquire(MAX_LOOKUP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable("Too many sessions are being looked up.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("The server is stopping.");
        }
        try {
            return lookUp.run();
        } finally {
            lookups.release();
        }
    }

    private static CoordinatorException unavailable(String message) {
        return new CoordinatorException(ErrorCode.UNAVAILABLE, message).withRetryAfter(RETRY_SECONDS);
    }

    private static CoordinatorException refused() {
        return new CoordinatorException(ErrorCode.SIGN_IN_REFUSED, "The name, the password or the code is wrong.");
    }

    private static CoordinatorException linkRefused() {
        return new CoordinatorException(
                ErrorCode.SIGN_IN_REFUSED, "This link was used or is over; ask for another one.");
    }

    private LongSupplier revision() {
        return Objects.requireNonNull(revision, "set by the container");
    }

    private Lockout lockout() {
        return Objects.requireNonNull(lockout, "set by the container");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
