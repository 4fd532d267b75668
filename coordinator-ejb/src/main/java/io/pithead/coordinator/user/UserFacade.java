package io.pithead.coordinator.user;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.account.Pages;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.user.UserStore.UserRow;
import io.pithead.coordinator.user.UserViews.IssuedLink;
import io.pithead.coordinator.user.UserViews.MembershipRequest;
import io.pithead.coordinator.user.UserViews.UserRequest;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes users, says what they may do, lets them in by a link, and out. A change holds on every instance within a second. */
@ApplicationScoped
public class UserFacade {
    public static final Duration LINK_TTL = Duration.ofMinutes(10);
    static final String LINK_PATH = "/console/enter?token=";

    @Inject
    Database database;

    @Inject
    Audit audit;

    @Inject
    OidcConfig oidc;

    private InstantSource clock = InstantSource.system();

    /** For the container. */
    public UserFacade() {}

    /** For tests, which bring a database of their own. */
    UserFacade(Database database, OidcConfig oidc, InstantSource clock) {
        this.database = database;
        this.oidc = oidc;
        this.audit = new Audit();
        this.clock = clock;
    }

    /** It has no password yet: a link lets it in to set one. */
    public UserView create(Caller by, UserRequest request) {
        Instant now = now();
        return database.inTransaction(connection -> {
            UUID id = Ids.next(now);
            if (!UserStore.insert(connection, id, request.name(), now)) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "There is a user of this name.");
            }
            for (MembershipRequest membership : request.memberships()) {
                add(connection, id, membership, now);
            }
            String subject = request.oidcSubject();
            if (subject != null) {
                bind(connection, id, subject, now);
            }
            audit.record(
                    connection,
                    by,
                    "user.create",
                    id.toString(),
                    Map.of(
                            "name",
                            request.name(),
                            "memberships",
                            words(connection, id),
                            "oidc_subject",
                            subject == null ? "" : subject),
                    now);
            return view(connection, find(connection, id));
        });
    }

    public Page<UserView> list(@Nullable UUID after, int limit) {
        return database.inTransaction(connection -> {
            var views = new ArrayList<UserView>();
            for (UserRow user : UserStore.list(connection, after, limit + 1)) {
                views.add(view(connection, user));
            }
            return Pages.of(views, limit, UserView::id);
        });
    }

    public UserView get(UUID id) {
        return database.withConnection(connection -> view(connection, find(connection, id)));
    }

    public UserView addMembership(Caller by, UUID id, MembershipRequest membership) {
        return change(by, id, "user.membership.add", (connection, user, now) -> {
            if (UserStore.memberships(connection, id).size() >= UserViews.MAX_MEMBERSHIPS) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE, "A user has at most " + UserViews.MAX_MEMBERSHIPS + " memberships.");
            }
            return add(connection, id, membership, now);
        });
    }

    public UserView removeMembership(Caller by, UUID id, MembershipRequest membership) {
        return change(by, id, "user.membership.remove", (connection, user, now) -> {
            if (membership.role() == UserRole.ADMIN && user.disabledAt() == null) {
                refuseLastAdmin(connection, by, id);
            }
            return UserStore.removeMembership(connection, id, membership.role(), membership.account());
        });
    }

    /** Its sessions end on every instance within a second. */
    public UserView disable(Caller by, UUID id) {
        return change(by, id, "user.disable", (connection, user, now) -> {
            if (user.disabledAt() != null) {
                return false;
            }
            refuseLastAdmin(connection, by, id);
            UserStore.setDisabled(connection, id, now);
            SessionStore.endAll(connection, id, null);
            SessionStore.removeLink(connection, id);
            return true;
        });
    }

    public UserView enable(Caller by, UUID id) {
        return change(by, id, "user.enable", (connection, user, now) -> {
            if (user.disabledAt() == null) {
                return false;
            }
            UserStore.setDisabled(connection, id, null);
            return true;
        });
    }

    /** Takes the place of an earlier link. It stands for the password and the second factor: give it to this person alone. */
    public IssuedLink link(Caller by, UUID id) {
        Instant now = now();
        Token token = Token.fresh();
        Instant expiresAt = now.plus(LINK_TTL);
        return database.inTransaction(connection -> {
            if (locked(connection, id).disabledAt() != null) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "This user is disabled.");
            }
            SessionStore.putLink(connection, id, token.sha256(), expiresAt);
            audit.record(connection, by, "user.link", id.toString(), Map.of("expires_at", expiresAt), now);
            return new IssuedLink(id, token.text(), LINK_PATH + token.text(), expiresAt);
        });
    }

    /** Ends all sessions of somebody else. */
    public UserViews.SignedOut signOut(Caller by, UUID id) {
        Instant now = now();
        return database.inTransaction(connection -> {
            locked(connection, id);
            SessionStore.removeLink(connection, id);
            int ended = SessionStore.endAll(connection, id, null);
            audit.record(connection, by, "user.sign_out", id.toString(), Map.of("sessions", ended), now);
            return new UserViews.SignedOut(ended);
        });
    }

    /**
     * Nobody signs in with the account elsewhere as this user any more; sessions that are open stay. As of oneself: who has no password
     * needs a link first.
     */
    public UserView unbind(Caller by, UUID id) {
        Instant now = now();
        return database.inTransaction(connection -> {
            UserRow user = locked(connection, id);
            IdentityStore.Identity bound = IdentityStore.of(connection, id);
            if (bound == null) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "Nothing is bound.");
            }
            if (user.disabledAt() == null && user.password() == null && !SessionStore.hasLink(connection, id, now)) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "Without it this person, who has no password, has no way in: make a link first.");
            }
            IdentityStore.unbind(connection, id);
            audit.record(
                    connection,
                    by,
                    "user.oidc.unbind",
                    id.toString(),
                    Map.of("issuer", bound.issuer(), "subject", bound.subject()),
                    Map.of(),
                    now);
            return view(connection, user);
        });
    }

    /** What changes of a user who is locked. */
    @FunctionalInterface
    private interface Change {
        /** False when it was so already. */
        boolean make(Connection connection, UserRow user, Instant now) throws SQLException;
    }

    private UserView change(Caller by, UUID id, String action, Change change) {
        Instant now = now();
        return database.inTransaction(connection -> {
            UserRow user = locked(connection, id);
            Map<String, Object> before = facts(connection, user);
            if (change.make(connection, user, now)) {
                Map<String, Object> after = facts(connection, find(connection, id));
                audit.record(connection, by, action, id.toString(), before, after, now);
            }
            return view(connection, find(connection, id));
        });
    }

    private void bind(Connection connection, UUID user, String subject, Instant now) throws SQLException {
        URI issuer = oidc.provider()
                .map(OidcConfig.Provider::issuer)
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.INVALID_PAYLOAD,
                        "The body is JSON, but not what this endpoint takes.",
                        Map.of("/oidc_subject", "needs an issuer: this server has none")));
        if (!IdentityStore.bind(connection, user, new IdentityStore.Identity(issuer.toString(), subject), now)) {
            throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "Another user is bound to this subject.");
        }
    }

    private static boolean add(Connection connection, UUID user, MembershipRequest membership, Instant now)
            throws SQLException {
        UUID account = membership.account();
        if (account != null && !UserStore.takesMembers(connection, account)) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "The body is JSON, but not what this endpoint takes.",
                    Map.of("/account", "is not an account that takes members"));
        }
        return UserStore.addMembership(connection, Ids.next(now), user, membership.role(), account);
    }

    /** A key may do it: whoever has an administrator's key makes another user. */
    private static void refuseLastAdmin(Connection connection, Caller by, UUID id) throws SQLException {
        boolean admin = UserStore.memberships(connection, id).stream().anyMatch(one -> one.role() == UserRole.ADMIN);
        if (admin && by.user() != null && !UserStore.hasOtherAdmin(connection, id)) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "This is the last administrator: make another one first.");
        }
    }

    private static UserRow find(Connection connection, UUID id) throws SQLException {
        return orNotFound(UserStore.byId(connection, id));
    }

    private static UserRow locked(Connection connection, UUID id) throws SQLException {
        return orNotFound(UserStore.locked(connection, id));
    }

    private static UserRow orNotFound(@Nullable UserRow user) {
        if (user == null) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such user.");
        }
        return user;
    }

    private static UserView view(Connection connection, UserRow user) throws SQLException {
        return new UserView(
                user.id(),
                user.name(),
                UserStore.memberships(connection, user.id()),
                user.password() != null,
                user.totpSince() != null,
                IdentityStore.of(connection, user.id()) != null,
                user.createdAt(),
                user.disabledAt());
    }

    private static Map<String, Object> facts(Connection connection, UserRow user) throws SQLException {
        return Map.of(
                "name",
                user.name(),
                "memberships",
                words(connection, user.id()),
                "disabled",
                user.disabledAt() != null);
    }

    private static List<String> words(Connection connection, UUID user) throws SQLException {
        return UserStore.memberships(connection, user).stream()
                .map(one -> one.role().word() + (one.account() == null ? "" : " " + one.account()))
                .toList();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
