package io.pithead.coordinator.user;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.seal.SecretBox;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.coordinator.user.UserViews.IssuedLink;
import io.pithead.coordinator.user.UserViews.MembershipRequest;
import io.pithead.coordinator.user.UserViews.PasswordChange;
import io.pithead.coordinator.user.UserViews.UserRequest;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.protocol.key.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** People on a real database, whose clock a test moves; two instances share it. */
final class UserDesk {
    static final String PASSWORD = "correct horse battery";
    static final Origin HOME = new Origin("192.0.2.1", "a browser");
    private static final AtomicInteger NAMES = new AtomicInteger();

    final TestDatabase rows = TestDatabase.create();
    final UUID operator = rows.account();
    final SecondFactor secondFactor = new SecondFactor(new SecretBox(new byte[32]));
    final Passwords passwords = new Passwords();
    final Caller admin = new Caller(operator, new UUID(0, 1), Scope.ADMIN, "ph_admin_x").from("192.0.2.99");
    /** Long ago, and so never later than now: ids only rise, and others here go by the time in them. */
    private volatile Instant now = Instant.now().minus(Duration.ofDays(1_000));

    private final InstantSource clock = () -> now;
    final UserFacade users = new UserFacade(rows.database(), new OidcConfig(), clock);
    final SignIn one = instance();
    final SignIn other = instance();
    final OwnFacade own = new OwnFacade(rows.database(), passwords, secondFactor, clock);

    UserDesk() {
        rows.update("update account set name = 'operator' where id = ?", operator);
    }

    /** Its revision is as fresh as can be; how old it may be is told in KeyRingIT. */
    private SignIn instance() {
        return new SignIn(
                rows.database(),
                new UserConfig(),
                passwords,
                secondFactor,
                () -> rows.number("select users from auth_revision"),
                clock);
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    UserView user(MembershipRequest... memberships) {
        return users.create(admin, new UserRequest("user-" + NAMES.incrementAndGet(), List.of(memberships), null));
    }

    static MembershipRequest system(UserRole role) {
        return new MembershipRequest(role, null);
    }

    /** Who has a password, and is nowhere signed in. */
    UserView withPassword(MembershipRequest... memberships) {
        UserView user = user(memberships);
        SignedIn entered = enter(user);
        own.setPassword(entered.visitor(), new PasswordChange(PASSWORD, null, null));
        one.signOut(entered.visitor(), true);
        rows.update("delete from user_address where user_id = ?", user.id());
        return user;
    }

    SignedIn enter(UserView user) {
        IssuedLink link = users.link(admin, user.id());
        return one.enter(link.token(), HOME);
    }
}
