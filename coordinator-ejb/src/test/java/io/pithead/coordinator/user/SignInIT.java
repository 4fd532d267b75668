package io.pithead.coordinator.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.user.UserViews.Enrolment;
import io.pithead.coordinator.user.UserViews.PasswordChange;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.coordinator.user.core.Backoff;
import io.pithead.coordinator.user.core.Totp;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SignInIT {
    private static final UserDesk DESK = new UserDesk();
    private static final Origin HOME = UserDesk.HOME;
    private static final String PASSWORD = UserDesk.PASSWORD;
    private static final String WRONG = "wrong horse battery";

    @BeforeEach
    void nobody_tried_before() {
        DESK.rows.update("delete from sign_in_attempt");
    }

    private static SignedIn signIn(UserView user, String password, @Nullable String code, Origin from) {
        return DESK.one.signIn(user.name(), password, code, from);
    }

    private static SignedIn signIn(UserView user) {
        return signIn(user, PASSWORD, null, HOME);
    }

    private static CoordinatorException refused(Runnable what) {
        CoordinatorException refused = catchThrowableOfType(CoordinatorException.class, what::run);
        assertThat(refused).isNotNull();
        return refused;
    }

    private static ErrorCode code(Runnable what) {
        return refused(what).code();
    }

    private static boolean isKnown(SignIn instance, SignedIn session) {
        return instance.visitor(session.token(), HOME.address()).isPresent();
    }

    // sessions -------------------------------------------------------------------------------------------------------

    @Test
    void every_instance_knows_who_signed_in_at_one() {
        UUID account = DESK.rows.account();
        UserView user = DESK.withPassword(new UserViews.MembershipRequest(UserRole.BUYER, account));

        SignedIn session = signIn(user);
        Visitor visitor = DESK.other.visitor(session.token(), "198.51.100.7").orElseThrow();

        assertThat(visitor.user()).isEqualTo(user.id());
        assertThat(visitor.may(UserRole.BUYER)).isTrue();
        assertThat(visitor.may(UserRole.ADMIN, UserRole.PROVIDER)).isFalse();
        assertThat(visitor.csrf())
                .isEqualTo(session.visitor().csrf())
                .isEqualTo(SignIn.csrf(session.token()))
                .isNotEqualTo(session.token());
        Caller caller = visitor.caller(visitor.memberships().getFirst());
        assertThat(caller)
                .isEqualTo(new Caller(
                        account, visitor.session(), Scope.BUYER, "user:" + user.name(), user.id(), "198.51.100.7"));
    }

    @Test
    void who_is_of_the_whole_system_acts_for_the_operators_account() {
        Visitor visitor =
                signIn(DESK.withPassword(UserDesk.system(UserRole.ADMIN))).visitor();

        Caller caller = visitor.caller(visitor.memberships().getFirst());

        assertThat(caller.accountId()).isEqualTo(DESK.operator);
        assertThat(caller.scope()).isEqualTo(Scope.ADMIN);
    }

    @Test
    void the_database_has_no_token_and_no_password() {
        SignedIn session = signIn(DESK.withPassword());

        assertThat(DESK.rows.text("select string_agg(t::text, ' ') from user_session t"))
                .doesNotContain(session.token());
        assertThat(DESK.rows.text("select string_agg(t::text, ' ') from app_user t"))
                .contains("$argon2id$")
                .doesNotContain(PASSWORD);
        assertThat(session.toString() + session.visitor())
                .doesNotContain(session.token(), session.visitor().csrf());
    }

    @Test
    void who_signs_out_is_out_on_the_other_instance_too_and_on_no_other_device() {
        UserView user = DESK.withPassword();
        SignedIn here = signIn(user);
        SignedIn there = signIn(user);
        assertThat(isKnown(DESK.other, here)).isTrue();

        DESK.one.signOut(here.visitor(), false);

        assertThat(isKnown(DESK.one, here)).isFalse();
        assertThat(isKnown(DESK.other, here)).isFalse();
        assertThat(isKnown(DESK.other, there)).isTrue();
        assertThat(DESK.other.isLive(here.visitor().session())).isFalse();
        assertThat(DESK.other.isLive(there.visitor().session())).isTrue();
    }

    @Test
    void who_signs_out_everywhere_is_out_everywhere() {
        UserView user = DESK.withPassword();
        SignedIn here = signIn(user);
        SignedIn there = signIn(user);
        assertThat(isKnown(DESK.other, there)).isTrue();

        DESK.one.signOut(here.visitor(), true);

        assertThat(isKnown(DESK.other, there)).isFalse();
    }

    @Test
    void a_session_that_is_not_used_is_over_and_one_that_is_used_anywhere_is_not() throws Exception {
        SignedIn session = signIn(DESK.withPassword());
        assertThat(isKnown(DESK.other, session)).isTrue();
        for (int i = 0; i < 3; i++) {
            DESK.pass(Duration.ofHours(5));
            assertThat(isKnown(DESK.one, session)).isTrue();
            DESK.one.round();
        }
        assertThat(isKnown(DESK.other, session)).isTrue();

        DESK.pass(Duration.ofHours(8));

        assertThat(isKnown(DESK.one, session)).isFalse();
        DESK.one.round();
        assertThat(DESK.rows.number(
                        "select count(*) from user_session where id = ?",
                        session.visitor().session()))
                .isZero();
    }

    @Test
    void a_session_in_use_is_over_after_a_week() {
        SignedIn session = signIn(DESK.withPassword());
        for (int hours = 0; hours < 7 * 24 - 6; hours += 6) {
            DESK.pass(Duration.ofHours(6));
            assertThat(isKnown(DESK.one, session)).as("after %s h", hours + 6).isTrue();
        }
        DESK.pass(Duration.ofHours(6));
        assertThat(isKnown(DESK.one, session)).isFalse();
    }

    @Test
    void a_session_in_use_is_written_once_a_round_and_wakes_nobody() throws Exception {
        SignedIn session = signIn(DESK.withPassword());
        DESK.one.round();
        long revision = DESK.rows.number("select users from auth_revision");
        DESK.pass(Duration.ofMinutes(1));
        isKnown(DESK.one, session);

        DESK.one.round();

        assertThat(DESK.rows.text(
                        "select (last_seen_at - created_at)::text from user_session where id = ?",
                        session.visitor().session()))
                .isEqualTo("00:01:00");
        assertThat(DESK.rows.number("select users from auth_revision")).isEqualTo(revision);
    }

    @Test
    void what_cannot_be_a_token_is_nobodys() {
        for (String token : List.of("", "x", "y".repeat(43), "é".repeat(43), "z".repeat(10_000))) {
            assertThat(DESK.one.visitor(token, HOME.address())).isEmpty();
        }
    }

    @Test
    void of_too_many_sessions_the_oldest_end() {
        UserView user = DESK.user();
        SignedIn first = DESK.enter(user);
        for (int i = 0; i < SignIn.MAX_SESSIONS; i++) {
            DESK.enter(user);
        }
        assertThat(isKnown(DESK.one, first)).isFalse();
        assertThat(DESK.rows.number("select count(*) from user_session where user_id = ?", user.id()))
                .isEqualTo(SignIn.MAX_SESSIONS);
    }

    // brute force ----------------------------------------------------------------------------------------------------

    @Test
    void a_wrong_password_and_a_name_that_nobody_has_are_answered_alike() {
        UserView user = DESK.withPassword();
        UserView linked = DESK.user();

        CoordinatorException wrong = refused(() -> signIn(user, WRONG, null, HOME));
        for (Runnable attempt : List.<Runnable>of(
                () -> signIn(linked, WRONG, null, HOME),
                () -> signIn(linked, "", null, HOME),
                () -> DESK.one.signIn("nobody", PASSWORD, null, HOME),
                () -> DESK.one.signIn("no name at all \u0000", PASSWORD, null, HOME))) {
            CoordinatorException other = refused(attempt);
            assertThat(other.code()).isEqualTo(wrong.code()).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
            assertThat(other.getMessage()).isEqualTo(wrong.getMessage());
        }
    }

    @Test
    void a_name_is_the_same_in_capitals() {
        UserView user = DESK.withPassword();
        assertThat(DESK.one
                        .signIn(" " + user.name().toUpperCase(Locale.ROOT), PASSWORD, null, HOME)
                        .visitor()
                        .user())
                .isEqualTo(user.id());
    }

    @Test
    void who_guesses_from_many_addresses_waits_ever_longer_at_all_instances() {
        UserView user = DESK.withPassword();
        for (int i = 0; i < Backoff.OF_NAME.free(); i++) {
            int address = i;
            assertThat(code(() -> signIn(user, WRONG, null, new Origin("198.51.100." + address, null))))
                    .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
        for (long wait : new long[] {2, 4, 8}) {
            CoordinatorException early =
                    refused(() -> DESK.other.signIn(user.name(), PASSWORD, null, new Origin("203.0.113.1", null)));
            assertThat(early.code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(early.retryAfterSeconds()).hasValue((int) wait);
            DESK.pass(Duration.ofSeconds(wait));
            assertThat(code(() -> signIn(user, WRONG, null, new Origin("203.0.113.1", null))))
                    .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
        DESK.pass(Backoff.OF_NAME.max());
        assertThat(signIn(user)).isNotNull();
    }

    @Test
    void guesses_that_are_made_at_once_count_as_many() throws Exception {
        UserView user = DESK.withPassword();
        Callable<ErrorCode> guess = () -> code(() -> signIn(user, WRONG, null, new Origin("203.0.113.2", null)));
        try (var threads = Executors.newFixedThreadPool(8)) {
            int looked = 0;
            for (var answer : threads.invokeAll(java.util.Collections.nCopies(24, guess))) {
                looked += answer.get() == ErrorCode.RATE_LIMITED ? 0 : 1;
            }
            assertThat(looked).isLessThanOrEqualTo(Backoff.OF_NAME.free());
        }
    }

    @Test
    void a_stranger_who_guesses_does_not_keep_a_user_out_where_it_signed_in_before() {
        UserView user = DESK.withPassword();
        signIn(user);
        for (int i = 0; i < Backoff.OF_NAME.free(); i++) {
            refused(() -> signIn(user, WRONG, null, new Origin("203.0.113.3", null)));
        }
        assertThat(code(() -> signIn(user, PASSWORD, null, new Origin("203.0.113.4", null))))
                .isEqualTo(ErrorCode.RATE_LIMITED);

        assertThat(signIn(user)).isNotNull();
        assertThat(code(() -> signIn(user, PASSWORD, null, new Origin("203.0.113.4", null))))
                .as("what is right at home takes nothing from the stranger's wait")
                .isEqualTo(ErrorCode.RATE_LIMITED);
    }

    @Test
    void an_address_that_tries_many_names_waits_and_an_own_account_does_not_help() {
        Origin office = new Origin("203.0.113.5", null);
        UserView own = DESK.withPassword();
        for (int i = 0; i < Backoff.OF_ADDRESS.free(); i++) {
            String name = "guess-" + i;
            refused(() -> DESK.one.signIn(name, WRONG, null, office));
            if (i < Backoff.OF_ADDRESS.free() - 1) {
                signIn(own, PASSWORD, null, office);
            }
        }
        assertThat(code(() -> DESK.one.signIn("guess-x", WRONG, null, office))).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(code(() -> signIn(own, PASSWORD, null, office))).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    // links ----------------------------------------------------------------------------------------------------------

    @Test
    void a_link_is_good_once_and_not_for_long() {
        UserView user = DESK.user();
        String used = DESK.users.link(DESK.admin, user.id()).token();
        DESK.one.enter(used, HOME);
        assertThat(code(() -> DESK.one.enter(used, HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        String replaced = DESK.users.link(DESK.admin, user.id()).token();
        String late = DESK.users.link(DESK.admin, user.id()).token();
        DESK.pass(UserFacade.LINK_TTL.plusMinutes(1));

        for (String token : List.of(used, replaced, late, "", "x".repeat(43))) {
            assertThat(code(() -> DESK.one.enter(token, HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
    }

    @Test
    void of_two_who_use_a_link_at_once_one_gets_in() throws Exception {
        String token = DESK.users.link(DESK.admin, DESK.user().id()).token();
        Callable<Integer> enter = () -> {
            try {
                DESK.one.enter(token, HOME);
                return 1;
            } catch (CoordinatorException e) {
                return 0;
            }
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            int entered = 0;
            for (var answer : threads.invokeAll(List.of(enter, enter, enter, enter))) {
                entered += answer.get();
            }
            assertThat(entered).isEqualTo(1);
        }
    }

    // passwords and second factors ------------------------------------------------------------------------------------

    @Test
    void another_password_needs_the_present_one_and_ends_the_other_sessions() {
        UserView user = DESK.withPassword();
        SignedIn here = signIn(user);
        SignedIn there = signIn(user);
        String fresh = "another horse battery";

        for (String present : new String[] {null, "", WRONG}) {
            assertThat(code(() -> DESK.own.setPassword(here.visitor(), new PasswordChange(fresh, present, null))))
                    .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
        DESK.own.setPassword(here.visitor(), new PasswordChange(fresh, PASSWORD, null));

        assertThat(isKnown(DESK.other, here)).isTrue();
        assertThat(isKnown(DESK.other, there)).isFalse();
        assertThat(code(() -> signIn(user))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(signIn(user, fresh, null, HOME)).isNotNull();
    }

    @Test
    void a_link_is_believed_without_a_password_for_a_while() {
        UserView user = DESK.withPassword();
        SignedIn session = DESK.enter(user);
        DESK.pass(OwnFacade.LINK_TRUST);

        assertThat(code(() -> DESK.own.setPassword(session.visitor(), new PasswordChange(WRONG, null, null))))
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    private static byte[] secret(Enrolment enrolment) {
        var bits = new java.math.BigInteger("0");
        for (char letter : enrolment.secret().toCharArray()) {
            bits = bits.shiftLeft(5)
                    .or(java.math.BigInteger.valueOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter)));
        }
        byte[] bytes = bits.toByteArray();
        byte[] secret = new byte[Totp.SECRET_BYTES];
        System.arraycopy(
                bytes,
                Math.max(0, bytes.length - 20),
                secret,
                Math.max(0, 20 - bytes.length),
                Math.min(20, bytes.length));
        return secret;
    }

    private static String now(byte[] secret) {
        return Totp.code(secret, Totp.step(DESK.now()));
    }

    @Test
    void a_second_factor_counts_once_it_is_confirmed_and_each_step_once() {
        UserView user = DESK.withPassword();
        SignedIn session = signIn(user);
        Enrolment enrolment = DESK.own.enrol(session.visitor(), new SelfProof(PASSWORD, null));
        byte[] secret = secret(enrolment);
        assertThat(enrolment.uri()).contains(user.name(), enrolment.secret());
        assertThat(signIn(user)).as("not yet").isNotNull();
        assertThat(code(() -> DESK.own.confirm(session.visitor(), "000000"))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);

        String confirmed = now(secret);
        List<String> recovery = DESK.own.confirm(session.visitor(), confirmed).recoveryCodes();

        assertThat(recovery).hasSize(10).doesNotHaveDuplicates();
        assertThat(code(() -> signIn(user))).isEqualTo(ErrorCode.CODE_REQUIRED);
        assertThat(code(() -> signIn(user, PASSWORD, confirmed, HOME)))
                .as("the step that confirmed")
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        DESK.pass(Duration.ofSeconds(30));
        String next = now(secret);
        assertThat(signIn(user, PASSWORD, next, HOME)).isNotNull();
        assertThat(code(() -> DESK.other.signIn(user.name(), PASSWORD, next, HOME)))
                .as("replayed at another instance")
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> signIn(user, WRONG, null, HOME)))
                .as("a wrong password does not say that there is a second factor")
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(DESK.rows.text("select totp::text from app_user where id = ?", user.id()))
                .doesNotContain(java.util.HexFormat.of().formatHex(secret));
    }

    @Test
    void a_recovery_code_stands_in_once_and_removing_needs_the_factor_itself() {
        UserView user = DESK.withPassword();
        SignedIn session = signIn(user);
        byte[] secret = secret(DESK.own.enrol(session.visitor(), new SelfProof(PASSWORD, null)));
        List<String> recovery = DESK.own.confirm(session.visitor(), now(secret)).recoveryCodes();

        assertThat(signIn(user, PASSWORD, recovery.getFirst().toUpperCase(Locale.ROOT), HOME))
                .isNotNull();
        assertThat(code(() -> signIn(user, PASSWORD, recovery.getFirst(), HOME)))
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> DESK.own.enrol(session.visitor(), new SelfProof(PASSWORD, recovery.get(1)))))
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(code(() -> DESK.own.removeSecondFactor(session.visitor(), new SelfProof(PASSWORD, null))))
                .isEqualTo(ErrorCode.CODE_REQUIRED);
        DESK.own.removeSecondFactor(session.visitor(), new SelfProof(PASSWORD, recovery.get(1)));
        assertThat(signIn(user)).isNotNull();
        assertThat(DESK.rows.number("select count(*) from user_recovery_code where user_id = ?", user.id()))
                .isZero();
    }

    @Test
    void asking_for_the_code_each_time_makes_nobody_wait() {
        UserView user = DESK.withPassword();
        SignedIn session = signIn(user);
        byte[] secret = secret(DESK.own.enrol(session.visitor(), new SelfProof(PASSWORD, null)));
        DESK.own.confirm(session.visitor(), now(secret));
        for (int i = 0; i < Backoff.OF_ADDRESS.free() + 1; i++) {
            assertThat(code(() -> signIn(user))).isEqualTo(ErrorCode.CODE_REQUIRED);
        }
    }

    @Test
    void codes_that_are_guessed_make_wait() {
        UserView user = DESK.withPassword();
        SignedIn session = signIn(user);
        byte[] secret = secret(DESK.own.enrol(session.visitor(), new SelfProof(PASSWORD, null)));
        DESK.own.confirm(session.visitor(), now(secret));
        for (int i = 0; i < Backoff.OF_NAME.free(); i++) {
            assertThat(code(() -> signIn(user, PASSWORD, "00000x", HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
        assertThat(code(() -> signIn(user, PASSWORD, now(secret), HOME))).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    // what an administrator does
    // ---------------------------------------------------------------------------------------

    @Test
    void who_is_disabled_is_out_and_gets_in_by_no_way() {
        UserView user = DESK.withPassword();
        SignedIn session = signIn(user);
        String link = DESK.users.link(DESK.admin, user.id()).token();
        assertThat(isKnown(DESK.other, session)).isTrue();

        DESK.users.disable(DESK.admin, user.id());

        assertThat(isKnown(DESK.other, session)).isFalse();
        assertThat(code(() -> signIn(user))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> DESK.one.enter(link, HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> DESK.users.link(DESK.admin, user.id()))).isEqualTo(ErrorCode.CONFLICT_STATE);
        DESK.users.enable(DESK.admin, user.id());
        assertThat(isKnown(DESK.other, session)).isFalse();
        assertThat(signIn(user)).isNotNull();
    }

    @Test
    void a_membership_that_is_taken_away_is_gone_at_every_instance() {
        UUID account = DESK.rows.account();
        var provider = new UserViews.MembershipRequest(UserRole.PROVIDER, account);
        UserView user = DESK.withPassword(provider, UserDesk.system(UserRole.VIEWER));
        SignedIn session = signIn(user);
        assertThat(DESK.other.visitor(session.token(), "x").orElseThrow().may(UserRole.PROVIDER))
                .isTrue();

        DESK.users.removeMembership(DESK.admin, user.id(), provider);
        assertThat(DESK.other.visitor(session.token(), "x").orElseThrow().memberships())
                .extracting(Membership::role)
                .containsExactly(UserRole.VIEWER);
        DESK.users.addMembership(DESK.admin, user.id(), provider);
        DESK.rows.update("update account set disabled_at = now() where id = ?", account);
        assertThat(DESK.other.visitor(session.token(), "x").orElseThrow().may(UserRole.PROVIDER))
                .as("of an account that is disabled")
                .isFalse();
    }

    @Test
    void the_last_administrator_stays_whoever_it_is_but_for_a_key() {
        DESK.rows.update("delete from user_membership where role = 'ADMIN'");
        UserView last = DESK.withPassword(UserDesk.system(UserRole.ADMIN));
        Visitor visitor = signIn(last).visitor();
        Caller self = visitor.caller(visitor.memberships().getFirst());

        assertThat(code(() -> DESK.users.removeMembership(self, last.id(), UserDesk.system(UserRole.ADMIN))))
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(code(() -> DESK.users.disable(self, last.id()))).isEqualTo(ErrorCode.CONFLICT_STATE);
        DESK.user(UserDesk.system(UserRole.ADMIN));
        DESK.users.disable(self, last.id());
        assertThat(DESK.users.get(last.id()).disabledAt()).isNotNull();
    }

    @Test
    void two_administrators_who_end_each_other_at_once_leave_one() throws Exception {
        for (int round = 0; round < 10; round++) {
            DESK.rows.update("delete from user_membership where role = 'ADMIN'");
            Visitor one = DESK.enter(DESK.user(UserDesk.system(UserRole.ADMIN))).visitor();
            Visitor other =
                    DESK.enter(DESK.user(UserDesk.system(UserRole.ADMIN))).visitor();
            var both = new CyclicBarrier(2);
            try (var threads = Executors.newFixedThreadPool(2)) {
                threads.invokeAll(List.of(disable(both, one, other), disable(both, other, one)));
            }
            assertThat(DESK.rows.number("select count(*) from user_membership m join app_user u on u.id = m.user_id"
                            + " where m.role = 'ADMIN' and u.disabled_at is null"))
                    .isEqualTo(1);
        }
    }

    private static Callable<Object> disable(CyclicBarrier both, Visitor by, Visitor whom) {
        return () -> {
            both.await();
            return DESK.users.disable(by.caller(by.memberships().getFirst()), whom.user());
        };
    }

    @Test
    void the_audit_trail_names_the_person_the_address_and_what_was_before() {
        UserView user = DESK.withPassword(UserDesk.system(UserRole.ADMIN));
        Visitor visitor = signIn(user).visitor();
        UserView changed = DESK.user();

        DESK.users.addMembership(
                visitor.caller(visitor.memberships().getFirst()), changed.id(), UserDesk.system(UserRole.OPERATOR));

        assertThat(DESK.rows.text(
                        "select concat_ws('|', key_hint, user_id, address, action, before->>'memberships',"
                                + " facts->>'memberships') from audit where target = ? and action = 'user.membership.add'",
                        changed.id().toString()))
                .isEqualTo("user:" + user.name() + "|" + user.id() + "|" + HOME.address()
                        + "|user.membership.add|[]|[\"operator\"]");
        assertThat(DESK.rows.text(
                        "select string_agg(action, ' ' order by id) from audit where target = ?",
                        user.id().toString()))
                .isEqualTo("user.create user.link session.begin user.password session.end session.begin");
    }

    @Test
    void a_name_is_taken_once_and_an_account_must_be_there() {
        UserView user = DESK.user();

        assertThat(code(() -> DESK.users.create(DESK.admin, new UserViews.UserRequest(user.name(), List.of(), null))))
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(code(() -> DESK.users.addMembership(
                        DESK.admin, user.id(), new UserViews.MembershipRequest(UserRole.BUYER, UUID.randomUUID()))))
                .isEqualTo(ErrorCode.INVALID_PAYLOAD);
    }
}
