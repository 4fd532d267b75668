package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People at the edge: cookies, what other sites' pages cannot make a browser do, and what a cookie does not open. */
@ExtendWith(SharedServer.class)
class SessionIT {
    private static final String PASSWORD = "correct horse battery";
    private static final String USERS = "/v1/admin/users";
    private static final byte[] NO_BODY = {};
    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    private final Operator operator = SharedServer.operator();
    private final Api open = SharedServer.open();
    /** Each test's own, so that none makes another wait. */
    private final String address = "198.51.100." + ADDRESSES.incrementAndGet();

    /** A browser that is signed in. */
    private record Browser(String cookie, String csrf) {}

    private String user(String role) {
        return operator.api()
                .post(USERS, Map.of("name", SharedServer.name("person"), "memberships", List.of(Map.of("role", role))))
                .expect(201)
                .body()
                .get("id")
                .asText();
    }

    private String link(String user) {
        JsonNode link = operator.api()
                .post(USERS + "/" + user + "/link", Map.of())
                .expect(201)
                .body();
        assertThat(link.get("path").asText())
                .isEqualTo("/console/enter?token=" + link.get("token").asText());
        return link.get("token").asText();
    }

    private Answer post(Api api, String path, Map<String, ?> body, String... headers) {
        var all = new ArrayList<>(List.of("Content-Type", "application/json", "X-Test-Address", address));
        all.addAll(Arrays.asList(headers));
        return api.send("POST", path, Json.write(body), all.toArray(String[]::new));
    }

    private Browser enter(String user) {
        return browser(
                post(open, "/v1/session/link", Map.of("token", link(user))).expect(201));
    }

    private static Browser browser(Answer begun) {
        return new Browser(cookie(begun), begun.body().get("csrf").asText());
    }

    private static String setCookie(Answer answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow();
    }

    private static String cookie(Answer begun) {
        String set = setCookie(begun);
        return set.substring(0, set.indexOf(';'));
    }

    private Answer get(String path, String cookie) {
        return open.send("GET", path, NO_BODY, "Cookie", cookie);
    }

    private Answer change(Browser browser, Map<String, ?> body, String... headers) {
        var all = new ArrayList<>(List.of("Cookie", browser.cookie()));
        all.addAll(Arrays.asList(headers));
        return post(open, "/v1/session/password", body, all.toArray(String[]::new));
    }

    private void setPassword(Browser browser) {
        change(browser, Map.of("password", PASSWORD), "X-Csrf", browser.csrf()).expect(204);
    }

    private Answer signIn(String name, String password) {
        return post(open, "/v1/session", Map.of("name", name, "password", password));
    }

    private String name(String user) {
        return operator.api()
                .get(USERS + "/" + user)
                .expect(200)
                .body()
                .get("name")
                .asText();
    }

    private static void isOut(Answer answer) {
        Refused.with(answer, 401, "NOT_SIGNED_IN");
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(scheme -> assertThat(scheme).startsWith("Session"));
    }

    @Test
    void a_link_lets_in_once_and_a_password_from_then_on() {
        String user = user("viewer");
        String token = link(user);

        Answer begun = post(open, "/v1/session/link", Map.of("token", token)).expect(201);

        assertThat(setCookie(begun))
                .startsWith("pithead=")
                .contains("; Path=/", "; HttpOnly", "; SameSite=Strict")
                .doesNotContain("Secure", "Domain");
        assertThat(begun.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(begun.text()).doesNotContain(token, cookie(begun).substring("pithead=".length()));
        Refused.with(post(open, "/v1/session/link", Map.of("token", token)), 401, "SIGN_IN_REFUSED");
        setPassword(browser(begun));
        JsonNode session = get(
                        "/v1/session", cookie(signIn(name(user), PASSWORD).expect(201)))
                .expect(200)
                .body();
        assertThat(session.get("user").asText()).isEqualTo(user);
        assertThat(session.at("/memberships/0/role").asText()).isEqualTo("viewer");
    }

    @Test
    void over_tls_the_cookie_is_bound_to_this_host() {
        Api tls = Api.trusting(
                SharedServer.pithead().certificate(), SharedServer.pithead().https());

        Answer begun = post(tls, "/v1/session/link", Map.of("token", link(user("viewer"))))
                .expect(201);

        assertThat(setCookie(begun))
                .startsWith("__Host-pithead=")
                .contains("; Secure")
                .doesNotContain("Domain");
        assertThat(tls.send("GET", "/v1/session", NO_BODY, "Cookie", cookie(begun))
                        .status())
                .isEqualTo(200);
        isOut(tls.send("GET", "/v1/session", NO_BODY, "Cookie", cookie(begun).replace("__Host-", "")));
    }

    @Test
    void without_the_sessions_csrf_or_from_another_sites_page_nothing_changes() {
        String user = user("viewer");
        Browser browser = enter(user);
        Browser other = enter(user("viewer"));
        Map<String, ?> body = Map.of("password", PASSWORD);

        for (Answer answer : List.of(
                change(browser, body),
                change(browser, body, "X-Csrf", ""),
                change(browser, body, "X-Csrf", other.csrf()),
                change(browser, body, "X-Csrf", browser.csrf(), "Origin", "https://evil.example"),
                change(browser, body, "X-Csrf", browser.csrf(), "Origin", "null"),
                change(browser, body, "X-Csrf", browser.csrf(), "Sec-Fetch-Site", "cross-site"),
                change(browser, body, "X-Csrf", browser.csrf(), "Sec-Fetch-Site", "same-site"),
                open.send("DELETE", "/v1/session", NO_BODY, "Cookie", browser.cookie()))) {
            Refused.with(answer, 403, "FORBIDDEN_ORIGIN");
        }
        Refused.with(
                post(open, "/v1/session", Map.of("name", "x", "password", "y"), "Origin", "https://evil.example"),
                403,
                "FORBIDDEN_ORIGIN");
        JsonNode unchanged = operator.api().get(USERS + "/" + user).expect(200).body();
        assertThat(unchanged.get("password").asBoolean()).isFalse();
        assertThat(get("/v1/session", browser.cookie()).status()).isEqualTo(200);
        String origin = open.origin().toString();
        assertThat(change(
                                browser,
                                body,
                                "X-Csrf",
                                browser.csrf(),
                                "Origin",
                                origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin,
                                "Sec-Fetch-Site",
                                "same-origin")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void a_cookie_opens_nothing_that_takes_a_key_and_a_key_nothing_that_takes_a_cookie() {
        Browser admin = enter(user("admin"));

        for (String path : List.of(USERS, "/v1/admin/stats", "/v1/admin/audit", "/v1/jobs", "/v1/wallet/balance")) {
            Refused.with(
                    open.send("GET", path, NO_BODY, "Cookie", admin.cookie(), "X-Csrf", admin.csrf()),
                    401,
                    "UNAUTHORIZED_KEY");
        }
        isOut(operator.api().get("/v1/session"));
    }

    @Test
    void who_signs_out_is_out_and_the_cookie_is_taken_away() {
        String user = user("viewer");
        Browser here = enter(user);
        Browser there = enter(user);

        Answer out = open.send("DELETE", "/v1/session", NO_BODY, "Cookie", here.cookie(), "X-Csrf", here.csrf())
                .expect(204);

        assertThat(setCookie(out)).startsWith("pithead=;").contains("Max-Age=0");
        isOut(get("/v1/session", here.cookie()));
        assertThat(get("/v1/session", there.cookie()).status()).isEqualTo(200);
        open.send("DELETE", "/v1/session?everywhere=true", NO_BODY, "Cookie", there.cookie(), "X-Csrf", there.csrf())
                .expect(204);
        isOut(get("/v1/session", there.cookie()));
    }

    @Test
    void who_is_disabled_or_signed_out_by_an_administrator_is_out_within_a_second() {
        String user = user("viewer");
        Browser browser = enter(user);
        assertThat(get("/v1/session", browser.cookie()).status()).isEqualTo(200);

        JsonNode ended = operator.api()
                .post(USERS + "/" + user + "/sign-out", Map.of())
                .expect(200)
                .body();

        assertThat(ended.get("sessions").asInt()).isEqualTo(1);
        Await.until(
                "signed out",
                Duration.ofSeconds(5),
                () -> get("/v1/session", browser.cookie()).status() == 401);
        Browser again = enter(user);
        String link = link(user);
        operator.api().post(USERS + "/" + user + "/disable", Map.of()).expect(200);
        Await.until(
                "disabled",
                Duration.ofSeconds(5),
                () -> get("/v1/session", again.cookie()).status() == 401);
        Refused.with(post(open, "/v1/session/link", Map.of("token", link)), 401, "SIGN_IN_REFUSED");
    }

    @Test
    void guesses_make_wait_and_say_how_long() {
        String user = user("viewer");
        setPassword(enter(user));
        String name = name(user);
        String stranger = "203.0.113." + ADDRESSES.incrementAndGet();

        Answer last = guess(name, stranger);
        for (int i = 0; i < 15 && last.status() != 429; i++) {
            Refused.with(last, 401, "SIGN_IN_REFUSED");
            last = guess(name, stranger);
        }

        Refused.with(last, 429, "RATE_LIMITED");
        assertThat(last.headers().firstValueAsLong("Retry-After").orElseThrow()).isPositive();
        assertThat(signIn(name, PASSWORD).status())
                .as("from where the user was before")
                .isEqualTo(201);
    }

    private Answer guess(String name, String from) {
        return open.send(
                "POST",
                "/v1/session",
                Json.write(Map.of("name", name, "password", "wrong horse battery")),
                "Content-Type",
                "application/json",
                "X-Test-Address",
                from);
    }

    @Test
    void two_cookies_are_none() {
        Browser browser = enter(user("viewer"));

        isOut(get("/v1/session", browser.cookie() + "; " + browser.cookie()));
        isOut(get("/v1/session", "pithead="));
        isOut(get("/v1/session", "pithead=" + "x".repeat(43)));
    }

    @Test
    void a_short_password_is_refused_by_name() {
        Browser browser = enter(user("viewer"));

        Refused.naming(change(browser, Map.of("password", "elevenchars"), "X-Csrf", browser.csrf()), "/password");
    }

    @Test
    void a_second_factor_is_asked_for_once_it_is_confirmed() {
        String user = user("viewer");
        Browser browser = enter(user);
        setPassword(browser);
        String[] headers = {"Cookie", browser.cookie(), "X-Csrf", browser.csrf()};

        JsonNode enrolment =
                post(open, "/v1/session/totp", Map.of(), headers).expect(201).body();

        assertThat(enrolment.get("uri").asText())
                .startsWith("otpauth://totp/")
                .contains(enrolment.get("secret").asText());
        Refused.with(post(open, "/v1/session/totp/confirm", Map.of("code", "12345"), headers), 401, "SIGN_IN_REFUSED");
        assertThat(signIn(name(user), PASSWORD).status()).isEqualTo(201);
    }

    @Test
    void the_audit_trail_says_who_from_where_and_how_it_was() {
        String user = user("viewer");
        operator.api()
                .post(USERS + "/" + user + "/memberships", Map.of("role", "operator"))
                .expect(200);
        enter(user);

        JsonNode added = entry(user, "user.membership.add");
        assertThat(added.get("from").asText()).isNotEmpty();
        assertThat(added.at("/before/memberships")).hasSize(1);
        assertThat(added.at("/facts/memberships")).hasSize(2);
        assertThat(added.has("user")).isFalse();
        JsonNode begun = entry(user, "session.begin");
        assertThat(begun.get("user").asText()).isEqualTo(user);
        assertThat(begun.get("from").asText()).isEqualTo(address);
        assertThat(begun.get("key_hint").asText()).isEqualTo("user:" + name(user));
    }

    private JsonNode entry(String target, String action) {
        JsonNode page =
                operator.api().get("/v1/admin/audit?limit=200").expect(200).body();
        return StreamSupport.stream(page.get("items").spliterator(), false)
                .filter(entry -> entry.get("target").asText().equals(target)
                        && entry.get("action").asText().equals(action))
                .findFirst()
                .orElseThrow();
    }
}
