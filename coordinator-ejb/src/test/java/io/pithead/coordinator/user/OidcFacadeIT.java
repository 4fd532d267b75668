package io.pithead.coordinator.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jwt.JWTClaimsSet;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.user.HostileIssuer.Signer;
import io.pithead.coordinator.user.OidcFacade.Outcome;
import io.pithead.coordinator.user.OidcFacade.Way;
import io.pithead.coordinator.user.UserViews.OidcReturn;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.coordinator.user.UserViews.UserRequest;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.coordinator.user.core.Totp;
import io.pithead.protocol.error.ErrorCode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against an issuer that lies: what a good one does is told in the stories. */
@Timeout(120)
class OidcFacadeIT {
    private static final UserDesk DESK = new UserDesk();
    private static final Origin HOME = UserDesk.HOME;
    private static final URI HERE = URI.create("http://127.0.0.1:8090/anything");

    static {
        // tokens are judged by the real time
        DESK.pass(Duration.ofDays(1_000));
    }

    private final HostileIssuer issuer = new HostileIssuer();
    private Duration ahead = Duration.ZERO;
    private final OidcFacade facade = new OidcFacade(
            DESK.rows.database(),
            issuer.config(),
            DESK.one,
            DESK.own,
            DESK.secondFactor,
            () -> DESK.now().plus(ahead));
    private final String subject = UUID.randomUUID().toString();

    @BeforeEach
    void nobody_tried_before() {
        DESK.rows.update("delete from sign_in_attempt");
    }

    @AfterEach
    void close() {
        facade.close();
        issuer.close();
    }

    private UserView boundUser() {
        UserView user = DESK.withPassword();
        bind(user, subject);
        return user;
    }

    private void bind(UserView user, String to) {
        DESK.rows.update(
                "insert into user_identity (user_id, issuer, subject, bound_at) values (?, ?, ?, now())",
                user.id(),
                issuer.url().toString(),
                to);
    }

    private Way begin() {
        return facade.begin(HERE, "/console/jobs");
    }

    private OidcReturn brought(Way way) {
        return new OidcReturn(
                HostileIssuer.state(way.location()), issuer.authorize(way.location(), subject), null, null);
    }

    private Outcome finish(@Nullable String cookie, OidcReturn brought) {
        return facade.finish(cookie, brought, HERE, HOME);
    }

    private Outcome signIn() {
        Way way = begin();
        return finish(way.cookie(), brought(way));
    }

    private static CoordinatorException refused(Runnable what) {
        CoordinatorException refused = catchThrowableOfType(CoordinatorException.class, what::run);
        assertThat(refused).isNotNull();
        return refused;
    }

    private static ErrorCode code(Runnable what) {
        return refused(what).code();
    }

    private static long sessions(UserView user) {
        return DESK.rows.number("select count(*) from user_session where user_id = ?", user.id());
    }

    private static long audited(UserView user, String action) {
        return DESK.rows.number(
                "select count(*) from audit where action = ? and target = ?",
                action,
                user.id().toString());
    }

    // in -------------------------------------------------------------------------------------------------------------

    @Test
    void who_is_bound_gets_in_and_every_instance_knows_the_session() {
        UserView user = boundUser();

        Outcome outcome = signIn();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.In.class, in -> {
            assertThat(in.to()).isEqualTo("/console/jobs");
            assertThat(in.session().visitor().user()).isEqualTo(user.id());
            assertThat(DESK.other.visitor(in.session().token(), HOME.address())).isPresent();
        });
        assertThat(DESK.rows.number(
                        "select count(*) from audit where action = 'session.begin' and target = ? and facts ->> 'by' ="
                                + " 'oidc' and user_id = ? and address = ?",
                        user.id().toString(),
                        user.id(),
                        HOME.address()))
                .isEqualTo(1);
    }

    @Test
    void nobody_is_made_of_a_token_and_the_subject_is_told() {
        long users = DESK.rows.number("select count(*) from app_user");

        CoordinatorException unbound = refused(this::signIn);

        assertThat(unbound.code()).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(unbound.facts()).containsEntry("subject", subject);
        assertThat(unbound.getMessage()).contains("Sign in with your password");
        assertThat(DESK.rows.number("select count(*) from app_user")).isEqualTo(users);
    }

    @Test
    void an_address_in_the_token_is_nobody() {
        UserView user = DESK.withPassword();
        issuer.claims = claims -> claims.claim("email", user.name())
                .claim("email_verified", true)
                .claim("preferred_username", user.name());

        assertThat(refused(this::signIn).facts()).containsEntry("subject", subject);
    }

    @Test
    void a_disabled_user_stays_out() {
        UserView user = boundUser();
        DESK.users.disable(DESK.admin, user.id());

        CoordinatorException disabled = refused(this::signIn);

        assertThat(disabled.code()).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(disabled.getMessage()).contains("disabled");
        assertThat(sessions(user)).isZero();
    }

    @Test
    void an_administrator_makes_a_user_that_is_bound_already() {
        UserFacade users = new UserFacade(DESK.rows.database(), issuer.config(), DESK::now);
        UserRequest request = new UserRequest("bound-" + subject, List.of(), subject);

        UserView made = users.create(DESK.admin, request);

        assertThat(made.oidc()).isTrue();
        assertThat(signIn()).isInstanceOf(Outcome.In.class);
        assertThat(code(() -> users.create(DESK.admin, new UserRequest("again-" + subject, List.of(), subject))))
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(refused(() -> DESK.users.create(
                                DESK.admin, new UserRequest("without-" + subject, List.of(), subject)))
                        .facts())
                .containsKey("/oidc_subject");
    }

    // one way, once --------------------------------------------------------------------------------------------------

    @Test
    void an_answer_to_another_question_is_refused_before_the_issuer_is_asked() {
        boundUser();
        Way way = begin();
        Way other = begin();
        OidcReturn good = brought(way);
        String cookie = way.cookie();

        for (OidcReturn wrong : List.of(
                new OidcReturn(null, good.code(), null, null),
                new OidcReturn("", good.code(), null, null),
                new OidcReturn(HostileIssuer.state(other.location()), good.code(), null, null))) {
            assertThat(code(() -> finish(cookie, wrong))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
        assertThat(code(() -> finish(null, good))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> finish(other.cookie(), good))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        String[] parts = cookie.split("\\.", -1);
        for (String changed : List.of(
                parts[0] + "." + (Long.parseLong(parts[1]) + 1) + "." + parts[2] + "." + parts[3],
                parts[0] + "." + parts[1] + ".b." + parts[3],
                parts[0] + "." + parts[1] + "." + parts[2] + ".L2NvbnNvbGU",
                parts[0],
                "")) {
            assertThat(code(() -> finish(changed, good))).as(changed).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        }
        assertThat(issuer.keyRequests).hasValue(0);
        assertThat(finish(cookie, good)).as("the right one").isInstanceOf(Outcome.In.class);
    }

    @Test
    void a_way_that_took_too_long_is_over() {
        boundUser();
        Way way = begin();
        OidcReturn brought = brought(way);
        ahead = OidcAttempt.TTL;

        assertThat(code(() -> finish(way.cookie(), brought))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    @Test
    void a_way_is_gone_once() {
        UserView user = boundUser();
        Way way = begin();
        OidcReturn brought = brought(way);
        assertThat(finish(way.cookie(), brought)).isInstanceOf(Outcome.In.class);

        assertThat(code(() -> finish(way.cookie(), brought)))
                .as("the same code")
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(refused(() -> finish(way.cookie(), brought(way))))
                .as("another code")
                .hasMessageContaining("was used");
        assertThat(sessions(user)).isEqualTo(1);
    }

    @Test
    void a_code_of_another_way_is_not_good() {
        boundUser();
        Way way = begin();
        Way stolen = begin();
        String code = issuer.authorize(stolen.location(), subject);

        assertThat(code(() ->
                        finish(way.cookie(), new OidcReturn(HostileIssuer.state(way.location()), code, null, null))))
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    @Test
    void what_the_issuer_refuses_is_said_in_its_word_alone() {
        Way way = begin();
        String state = HostileIssuer.state(way.location());

        assertThat(refused(() -> finish(way.cookie(), new OidcReturn(state, null, "access_denied", null))))
                .hasMessageContaining("access_denied");
        assertThat(refused(() -> finish(way.cookie(), new OidcReturn(state, null, "<b>call 555</b>", null)))
                        .getMessage())
                .doesNotContain("555");
        assertThat(code(() -> finish(way.cookie(), new OidcReturn(state, null, null, null))))
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    @Test
    void an_answer_that_names_another_issuer_is_refused() {
        boundUser();
        Way way = begin();
        OidcReturn good = brought(way);

        assertThat(refused(() ->
                        finish(way.cookie(), new OidcReturn(good.state(), good.code(), null, "https://evil.example"))))
                .hasMessageContaining("not of Example");
        assertThat(finish(
                        way.cookie(),
                        new OidcReturn(
                                good.state(), good.code(), null, issuer.url().toString())))
                .isInstanceOf(Outcome.In.class);
    }

    @Test
    void an_issuer_that_always_names_itself_is_not_believed_without() {
        issuer.metadata.put("authorization_response_iss_parameter_supported", true);
        boundUser();

        assertThat(refused(this::signIn)).hasMessageContaining("not of Example");
    }

    @Test
    void the_database_has_nothing_that_lets_in() {
        boundUser();
        Way way = begin();
        finish(way.cookie(), brought(way));
        OidcAttempt attempt = OidcAttempt.parse(way.cookie()).orElseThrow();

        assertThat(DESK.rows.text("select string_agg(t::text, ' ') from oidc_attempt t"))
                .contains("SPENT")
                .doesNotContain(attempt.token().text(), attempt.state(), attempt.nonce(), attempt.verifier());
        assertThat(way.location().toString())
                .doesNotContain(attempt.token().text(), attempt.verifier(), HostileIssuer.SECRET);
        assertThat(way + " " + attempt + " " + issuer.config().provider())
                .doesNotContain(attempt.token().text(), HostileIssuer.SECRET);
    }

    // tokens ---------------------------------------------------------------------------------------------------------

    /** What a token may say that is not so. */
    enum Lie {
        ANOTHER_AUDIENCE(claims -> claims.audience("somebody-else")),
        ANOTHER_PARTY(claims ->
                claims.audience(List.of(HostileIssuer.CLIENT, "other")).claim("azp", "other")),
        TWO_AUDIENCES_AND_NO_PARTY(claims -> claims.audience(List.of(HostileIssuer.CLIENT, "other"))),
        ANOTHER_ISSUER(claims -> claims.issuer("https://evil.example")),
        EXPIRED(claims -> claims.claim("exp", Instant.now().getEpochSecond() - 120)),
        WITHOUT_END(claims -> claims.claim("exp", null)),
        OF_THE_FUTURE(claims -> claims.claim("iat", Instant.now().getEpochSecond() + 600)),
        OF_LONG_AGO(claims -> claims.claim("iat", Instant.now().getEpochSecond() - 600)),
        WITHOUT_BEGINNING(claims -> claims.claim("iat", null)),
        ANOTHER_NONCE(claims -> claims.claim("nonce", "another")),
        NO_NONCE(claims -> claims.claim("nonce", null)),
        NO_SUBJECT(claims -> claims.subject(null)),
        LONG_SUBJECT(claims -> claims.subject("x".repeat(256)));

        private final UnaryOperator<JWTClaimsSet.Builder> claims;

        Lie(UnaryOperator<JWTClaimsSet.Builder> claims) {
            this.claims = claims;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_token_that_lies_lets_nobody_in(Lie lie) {
        UserView user = boundUser();
        issuer.claims = lie.claims;

        assertThat(code(this::signIn)).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(sessions(user)).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HONEST")
    void a_token_that_the_issuers_key_did_not_sign_lets_nobody_in(Signer signer) {
        UserView user = boundUser();
        issuer.signer = signer;

        assertThat(code(this::signIn)).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(sessions(user)).isZero();
    }

    @Test
    void two_audiences_are_good_when_the_token_is_for_us() {
        boundUser();
        issuer.claims = claims ->
                claims.audience(List.of(HostileIssuer.CLIENT, "other")).claim("azp", HostileIssuer.CLIENT);

        assertThat(signIn()).isInstanceOf(Outcome.In.class);
    }

    // keys and answers -----------------------------------------------------------------------------------------------

    @Test
    void keys_are_asked_for_again_when_they_changed_and_no_more_often_than_now_and_then() {
        boundUser();
        signIn();
        signIn();
        assertThat(issuer.keyRequests).hasValue(1);
        var old = issuer.key;
        issuer.rotate();

        assertThat(code(this::signIn)).as("asked a moment ago").isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(issuer.keyRequests).hasValue(1);
        ahead = OidcIssuer.KEYS_REST;
        assertThat(signIn()).isInstanceOf(Outcome.In.class);
        assertThat(issuer.keyRequests).hasValue(2);

        issuer.key = old;
        ahead = ahead.plus(OidcIssuer.KEYS_REST);
        assertThat(code(this::signIn)).as("the key of before").isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    @Test
    void a_weak_key_is_no_key() throws Exception {
        boundUser();
        issuer.key = new com.nimbusds.jose.jwk.gen.RSAKeyGenerator(1_024, true)
                .keyID("weak")
                .generate();
        issuer.published = issuer.key;

        assertThat(code(this::signIn)).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    @Test
    void an_issuer_that_is_away_keeps_nobody_from_the_password() {
        UserView user = boundUser();
        Way way = begin();
        OidcReturn brought = brought(way);
        issuer.close();

        assertThat(refused(() -> finish(way.cookie(), brought))).satisfies(away -> {
            assertThat(away.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(away.getMessage()).contains("Sign in with your password");
        });
        assertThat(DESK.rows.number("select max(failures) from sign_in_attempt"))
                .as("nobody waits for it")
                .isZero();
        assertThat(DESK.one
                        .signIn(user.name(), UserDesk.PASSWORD, null, HOME)
                        .visitor()
                        .user())
                .isEqualTo(user.id());
    }

    @Test
    void an_issuer_that_was_away_is_asked_again() {
        issuer.status = 503;
        assertThat(code(this::begin)).isEqualTo(ErrorCode.UNAVAILABLE);
        issuer.status = 200;
        assertThat(code(this::begin)).as("in a moment").isEqualTo(ErrorCode.UNAVAILABLE);
        ahead = OidcIssuer.FAILURE_REST;

        assertThat(begin().location().toString()).startsWith(issuer.url() + "/authorize?");
    }

    @Test
    void an_answer_without_end_a_redirect_and_a_plain_connection_are_not_followed() {
        issuer.filler = new byte[OidcIssuer.MAX_BYTES];
        assertThat(code(this::begin)).isEqualTo(ErrorCode.UNAVAILABLE);
        issuer.filler = new byte[0];
        issuer.status = 302;
        ahead = ahead.plusSeconds(10);
        assertThat(code(this::begin)).isEqualTo(ErrorCode.UNAVAILABLE);
        issuer.status = 200;
        for (String endpoint : List.of("authorization_endpoint", "token_endpoint", "jwks_uri")) {
            for (String url : List.of("http://issuer.example/x", "file:///etc/passwd", "https://a@issuer.example/x")) {
                Object before = issuer.metadata.put(endpoint, url);
                ahead = ahead.plusSeconds(10);
                assertThat(code(this::begin)).as(endpoint + " " + url).isEqualTo(ErrorCode.UNAVAILABLE);
                issuer.metadata.put(endpoint, String.valueOf(before));
            }
        }
        issuer.metadata.put("issuer", "https://evil.example");
        ahead = ahead.plusSeconds(10);
        assertThat(code(this::begin)).as("another name").isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void who_comes_with_bad_codes_waits() {
        ErrorCode last = ErrorCode.SIGN_IN_REFUSED;
        for (int i = 0; i < 30 && last == ErrorCode.SIGN_IN_REFUSED; i++) {
            Way way = begin();
            last = code(() -> finish(
                    way.cookie(), new OidcReturn(HostileIssuer.state(way.location()), "no such code", null, null)));
        }

        assertThat(last).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    // second factor --------------------------------------------------------------------------------------------------

    private static byte[] factor(UserView user) {
        byte[] secret = DESK.secondFactor.fresh();
        DESK.rows.update(
                "update app_user set totp = ?, totp_since = now(), totp_step = 1 where id = ?",
                DESK.secondFactor.seal(user.id(), secret),
                user.id());
        return secret;
    }

    @Test
    void our_second_factor_is_still_asked_for() {
        UserView user = boundUser();
        byte[] secret = factor(user);
        String recovery = DESK.rows
                .database()
                .inTransaction(connection -> DESK.secondFactor.renewRecoveryCodes(connection, user.id()))
                .getFirst();
        long before = sessions(user);

        Outcome.CodeWanted wanted = (Outcome.CodeWanted) signIn();

        assertThat(sessions(user)).isEqualTo(before);
        assertThat(wanted + " ").doesNotContain(wanted.cookie());
        assertThat(code(() -> facade.code(wanted.cookie(), "000000", HOME))).isEqualTo(ErrorCode.CODE_REQUIRED);
        assertThat(code(() -> facade.code(Token.fresh().text(), recovery, HOME)))
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> facade.code(null, recovery, HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        SignedIn in = facade.code(wanted.cookie(), recovery.toUpperCase(Locale.ROOT), HOME);
        assertThat(in.visitor().user()).isEqualTo(user.id());
        assertThat(code(() -> facade.code(wanted.cookie(), recovery, HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);

        Outcome.CodeWanted again = (Outcome.CodeWanted) signIn();
        assertThat(facade.code(again.cookie(), Totp.code(secret, Totp.step(Instant.now())), HOME)
                        .visitor()
                        .user())
                .isEqualTo(user.id());
        Outcome.CodeWanted late = (Outcome.CodeWanted) signIn();
        ahead = OidcFacade.CODE_TTL;
        assertThat(code(() -> facade.code(late.cookie(), recovery, HOME))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
    }

    @Test
    void guessed_codes_make_wait_as_they_do_with_a_password() {
        UserView user = boundUser();
        factor(user);
        Outcome.CodeWanted wanted = (Outcome.CodeWanted) signIn();
        ErrorCode last = ErrorCode.CODE_REQUIRED;
        for (int i = 0; i < 15 && last == ErrorCode.CODE_REQUIRED; i++) {
            last = code(() -> facade.code(wanted.cookie(), "000000", HOME));
        }

        assertThat(last).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    // binding --------------------------------------------------------------------------------------------------------

    private static final SelfProof PROOF = new SelfProof(UserDesk.PASSWORD, null);

    private Visitor seated(UserView user) {
        return DESK.one.signIn(user.name(), UserDesk.PASSWORD, null, HOME).visitor();
    }

    @Test
    void a_user_binds_itself_with_its_password_and_unbinds() {
        UserView user = DESK.withPassword();
        Visitor visitor = seated(user);
        assertThat(code(() -> facade.bind(visitor, new SelfProof("wrong horse battery", null), HERE)))
                .isEqualTo(ErrorCode.SIGN_IN_REFUSED);

        Way way = facade.bind(visitor, PROOF, HERE);
        Outcome outcome = finish(way.cookie(), brought(way));

        assertThat(outcome)
                .isEqualTo(
                        new Outcome.Bound(new UserViews.OidcBinding(issuer.url().toString(), subject)));
        assertThat(facade.binding(visitor)).isPresent();
        assertThat(audited(user, "user.oidc.ask")).isEqualTo(1);
        assertThat(DESK.rows.text(
                        "select before ->> 'bound' || ' ' || (facts ->> 'subject') from audit"
                                + " where action = 'user.oidc.bind' and target = ?",
                        user.id().toString()))
                .isEqualTo("false " + subject);
        assertThat(code(() -> finish(way.cookie(), brought(way)))).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(signIn()).isInstanceOf(Outcome.In.class);

        facade.unbind(visitor, PROOF);
        assertThat(facade.binding(visitor)).isEmpty();
        assertThat(audited(user, "user.oidc.unbind")).isEqualTo(1);
        assertThat(code(this::signIn)).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> facade.unbind(visitor, PROOF))).isEqualTo(ErrorCode.CONFLICT_STATE);
    }

    @Test
    void an_administrator_unbinds_somebody_who_has_another_way_in() {
        UserView user = boundUser();
        assertThat(DESK.users.unbind(DESK.admin, user.id()).oidc()).isFalse();
        assertThat(DESK.rows.text(
                        "select (before ->> 'subject') || ' ' || facts from audit where action = 'user.oidc.unbind' and target = ?",
                        user.id().toString()))
                .isEqualTo(subject + " {}");
        assertThat(code(this::signIn)).isEqualTo(ErrorCode.SIGN_IN_REFUSED);
        assertThat(code(() -> DESK.users.unbind(DESK.admin, user.id()))).isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(code(() -> DESK.users.unbind(DESK.admin, UUID.randomUUID()))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void who_would_have_no_way_in_is_unbound_once_a_link_waits() {
        UserView user = DESK.user();
        bind(user, subject);
        assertThat(refused(() -> DESK.users.unbind(DESK.admin, user.id())))
                .hasMessageContaining("no way in")
                .hasMessageContaining("link");
        DESK.users.link(DESK.admin, user.id());
        DESK.rows.update(
                "update user_link set expires_at = expires_at - interval '11 minutes' where user_id = ?", user.id());
        assertThat(code(() -> DESK.users.unbind(DESK.admin, user.id())))
                .as("that link is over")
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(DESK.users.get(user.id()).oidc()).isTrue();
        DESK.users.link(DESK.admin, user.id());
        assertThat(DESK.users.unbind(DESK.admin, user.id()).oidc()).isFalse();
    }

    @Test
    void who_is_disabled_is_unbound_without_more() {
        UserView user = DESK.user();
        bind(user, subject);
        DESK.users.disable(DESK.admin, user.id());
        assertThat(DESK.users.unbind(DESK.admin, user.id()).oidc()).isFalse();
    }

    @Test
    void an_account_elsewhere_is_of_one_user_alone() {
        boundUser();
        UserView other = DESK.withPassword();
        Way way = facade.bind(seated(other), PROOF, HERE);

        assertThat(code(() -> finish(way.cookie(), brought(way)))).isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(audited(other, "user.oidc.bind")).isZero();
    }

    @Test
    void another_account_takes_the_place_of_the_first_one() {
        UserView user = DESK.withPassword();
        bind(user, "before-" + subject);
        Way way = facade.bind(seated(user), PROOF, HERE);

        assertThat(finish(way.cookie(), brought(way))).isInstanceOf(Outcome.Bound.class);
        assertThat(DESK.rows.text("select subject from user_identity where user_id = ?", user.id()))
                .isEqualTo(subject);
    }

    @Test
    void what_a_session_asked_for_ends_with_it() {
        UserView user = DESK.withPassword();
        Visitor visitor = seated(user);
        Way way = facade.bind(visitor, PROOF, HERE);
        DESK.one.signOut(visitor, false);

        assertThat(refused(() -> finish(way.cookie(), brought(way)))).hasMessageContaining("session");
        assertThat(DESK.rows.number("select count(*) from user_identity where user_id = ?", user.id()))
                .isZero();
    }

    @Test
    void a_sign_in_never_binds_and_a_binding_never_signs_in() {
        UserView user = DESK.withPassword();
        Way way = facade.bind(seated(user), PROOF, HERE);
        long before = sessions(user);

        assertThat(finish(way.cookie(), brought(way))).isInstanceOf(Outcome.Bound.class);

        assertThat(sessions(user)).isEqualTo(before);
    }

    @Test
    void without_an_issuer_there_is_nothing() {
        var off = new OidcFacade(
                DESK.rows.database(), new OidcConfig(), DESK.one, DESK.own, DESK.secondFactor, DESK::now);

        assertThat(off.name()).isEmpty();
        assertThat(code(() -> off.begin(HERE, "/console"))).isEqualTo(ErrorCode.NOT_FOUND);
    }
}
