package io.pithead.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import io.pithead.protocol.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People who sign in with an account elsewhere: a provider, a browser, and this server between them. */
@NeedsChromium
class OidcIT {
    private static final String NAME = "Example";
    private static final String PASSWORD = "a long enough password";

    @TempDir
    static Path folder;

    private static @Nullable OpenIdProvider provider;
    private static @Nullable PitheadProcess running;
    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;

    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        provider = OpenIdProvider.start();
        Path secret = Files.writeString(folder.resolve("client-secret"), OpenIdProvider.SECRET + "\n");
        running = PitheadProcess.start(
                folder.resolve("data"),
                "pithead.oidc.issuer=" + provider.url(),
                "pithead.oidc.client-id=" + OpenIdProvider.CLIENT,
                "pithead.oidc.client-secret.file=" + secret,
                "pithead.oidc.name=" + NAME);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(NeedsChromium.Condition.installed().orElseThrow())
                        .setArgs(List.of("--no-sandbox")));
    }

    @AfterAll
    static void close() {
        for (AutoCloseable one : new @Nullable AutoCloseable[] {playwright, running, provider}) {
            if (one != null) {
                try {
                    one.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    @AfterEach
    void nothing_was_refused_by_the_policy_and_nothing_failed() {
        contexts.forEach(BrowserContext::close);
        assertThat(complaints).isEmpty();
    }

    private static PitheadProcess pithead() {
        return Objects.requireNonNull(running);
    }

    private static Operator operator() {
        return Operator.of(Api.open(pithead().http()), pithead().data());
    }

    private Page page() {
        BrowserContext context = Objects.requireNonNull(browser)
                .newContext(new Browser.NewContextOptions()
                        .setBaseURL(pithead().http().toString()));
        contexts.add(context);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
        return page;
    }

    private static String user(String name, @Nullable String subject) {
        var request =
                new HashMap<String, Object>(Map.of("name", name, "memberships", List.of(Map.of("role", "viewer"))));
        if (subject != null) {
            request.put("oidc_subject", subject);
        }
        return operator()
                .api()
                .post("/v1/admin/users", request)
                .expect(201)
                .body()
                .get("id")
                .asText();
    }

    private static String link(String user) {
        return operator()
                .api()
                .post("/v1/admin/users/" + user + "/link", Map.of())
                .expect(201)
                .body()
                .get("path")
                .asText();
    }

    private Page enter(String user) {
        Page page = page();
        page.navigate(link(user));
        button(page, "Enter").click();
        return page;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** On the provider's own page. */
    private static void prove(Page page, String who) {
        page.locator("input[name=username]").fill(who);
        page.locator("input[name=password]").fill(OpenIdProvider.PASSWORD);
        page.locator("button[type=submit]").click();
    }

    private static void signIn(Page page, String who) {
        page.navigate("/console/sign-in");
        page.getByText("Sign in with " + NAME).click();
        prove(page, who);
    }

    private static JsonNode audited(String user, String action) {
        return operator()
                .api()
                .get("/v1/admin/audit?limit=200")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .filter(entry -> entry.get("target").asText().equals(user)
                        && entry.get("action").asText().equals(action))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + action + " of " + user));
    }

    private static List<Cookie> ours(Page page) {
        return page.context().cookies(pithead().http().toString()).stream()
                .filter(cookie -> cookie.name.startsWith("pithead"))
                .toList();
    }

    @Test
    void who_is_bound_signs_in_and_comes_to_the_page_that_was_asked_for() {
        String user = user("ada", "ada");
        Page page = page();
        page.context()
                .addCookies(List.of(new Cookie("pithead", "x".repeat(43))
                        .setUrl(pithead().http().toString())));
        var urls = new ArrayList<String>();
        page.onRequest(request -> urls.add(request.url()));
        page.navigate("/console/jobs?state=FAILED");
        page.getByText("Sign in with " + NAME).click();
        prove(page, "ada");

        assertThat(page).hasURL(Pattern.compile(".*/console/jobs\\?state=FAILED"));
        assertThat(page.locator(".who a").first()).hasText("ada");
        assertThat(ours(page)).singleElement().satisfies(session -> {
            assertThat(session.value).doesNotContain("xxxx").hasSize(43);
            assertThat(session.httpOnly).isTrue();
            assertThat(urls).noneMatch(url -> url.contains(session.value));
        });
        JsonNode begun = audited(user, "session.begin");
        assertThat(begun.at("/facts/by").asText()).isEqualTo("oidc");
        assertThat(begun.get("from").asText()).isEqualTo("127.0.0.1");
    }

    @Test
    void who_is_bound_to_nobody_is_told_what_to_do() {
        Page page = page();
        signIn(page, "stranger");

        assertThat(page.locator("h1")).hasText("Signing in did not work");
        assertThat(page.getByText("Nobody here is bound to this account")).isVisible();
        assertThat(page.getByText("stranger", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(ours(page)).isEmpty();
        page.getByText("To the sign-in").click();
        assertThat(page.locator("h1")).hasText("Sign in");
    }

    @Test
    void a_user_binds_its_account_with_the_password_signs_in_with_it_and_unbinds() {
        String user = user("grace", null);
        Page page = enter(user);
        page.navigate("/console/you");
        page.locator("form[action$=password] input[name=password]").fill(PASSWORD);
        button(page, "Set the password").click();
        button(page, "Sign out").click();
        page.getByLabel("Name").fill("grace");
        page.getByLabel("Password").fill(PASSWORD);
        button(page, "Sign in").click();
        page.navigate("/console/you");
        Locator form = page.locator("form[action='/console/you/oidc']");
        page.getByText("Sign in with " + NAME + " …").click();
        form.locator("input[name=present]").fill("not the password");
        form.locator("button").click();
        assertThat(page.getByText("SIGN_IN_REFUSED")).isVisible();

        page.navigate("/console/you");
        page.getByText("Sign in with " + NAME + " …").click();
        form.locator("input[name=present]").fill(PASSWORD);
        form.locator("button").click();
        prove(page, "grace");
        assertThat(page.getByText("From now on you can sign in that way too.")).isVisible();
        assertThat(page.getByText("grace at " + Objects.requireNonNull(provider).url()))
                .isVisible();
        JsonNode bound = audited(user, "user.oidc.bind");
        assertThat(bound.at("/before/bound").asBoolean()).isFalse();
        assertThat(bound.at("/facts/subject").asText()).isEqualTo("grace");
        assertThat(bound.get("user").asText()).isEqualTo(user);

        Page elsewhere = page();
        signIn(elsewhere, "grace");
        assertThat(elsewhere.locator("h1")).hasText("Overview");

        page.getByText("Unbind the account elsewhere …").click();
        Locator remove = page.locator("form[action$='oidc/remove']");
        remove.locator("input[name=present]").fill(PASSWORD);
        remove.locator("button").click();
        assertThat(page.getByText("Nobody signs in that way as you any more.")).isVisible();
        Page out = page();
        signIn(out, "grace");
        assertThat(out.locator("h1")).hasText("Signing in did not work");
    }

    @Test
    void an_administrator_unbinds_who_has_another_way_in() {
        String user = user("donald", "donald");
        String admin = operator()
                .api()
                .post("/v1/admin/users", Map.of("name", "root", "memberships", List.of(Map.of("role", "admin"))))
                .expect(201)
                .body()
                .get("id")
                .asText();
        Page page = enter(admin);
        page.navigate("/console/users/" + user);
        page.getByText("Unbind the account elsewhere …").click();
        button(page, "Unbind it").click();
        assertThat(page.getByText("make a link first")).isVisible();

        link(user);
        page.navigate("/console/users/" + user);
        page.getByText("Unbind the account elsewhere …").click();
        button(page, "Unbind it").click();
        assertThat(page.getByText("Nobody signs in that way as this user any more"))
                .isVisible();
        assertThat(page.getByText("Unbind the account elsewhere …")).hasCount(0);
        JsonNode entry = audited(user, "user.oidc.unbind");
        assertThat(entry.at("/before/subject").asText()).isEqualTo("donald");
        assertThat(entry.get("user").asText()).isEqualTo(admin);
        Page out = page();
        signIn(out, "donald");
        assertThat(out.locator("h1")).hasText("Signing in did not work");
        Refused.with(
                operator().api().post("/v1/admin/users/" + user + "/oidc/unbind", Map.of()), 409, "CONFLICT_STATE");
    }

    @Test
    void our_second_factor_is_asked_for_as_well() throws Exception {
        String user = user("edsger", "edsger");
        Page page = enter(user);
        page.navigate("/console/you");
        page.getByText("Add a second factor …").click();
        button(page, "Make a secret").click();
        String secret = page.locator(".facts .code").first().innerText();
        page.locator("input[name=code]").fill(Authenticator.code(secret));
        button(page, "Confirm").click();
        String recovery = page.locator("pre").innerText().lines().findFirst().orElseThrow();

        Page elsewhere = page();
        signIn(elsewhere, "edsger");
        assertThat(elsewhere.getByText("Your second factor")).isVisible();
        ConsoleIT.look(elsewhere, "oidc-code", ColorScheme.LIGHT, ConsoleIT.axe());
        elsewhere.locator("input[name=code]").fill("000000");
        button(elsewhere, "Sign in").click();
        assertThat(elsewhere.getByText("The code is wrong.")).isVisible();
        elsewhere.locator("input[name=code]").fill(recovery);
        button(elsewhere, "Sign in").click();
        assertThat(elsewhere.locator("h1")).hasText("Overview");
    }

    @Test
    void an_answer_is_good_once_and_for_the_browser_that_asked() {
        user("barbara", "barbara");
        Page page = page();
        var answers = new ArrayList<String>();
        page.onRequest((Request request) -> {
            if (request.url().contains("/console/oidc/callback?")) {
                answers.add(request.url());
            }
        });
        signIn(page, "barbara");
        assertThat(page.locator("h1")).hasText("Overview");
        String answer = answers.getFirst();

        for (String again : List.of(answer, answer.replaceAll("state=[^&]*", "state=" + "x".repeat(43)))) {
            Response refused = Objects.requireNonNull(page.navigate(again));
            assertThat(refused.status()).isEqualTo(401);
            assertThat(page.locator("h1")).hasText("Signing in did not work");
            assertThat(page.content()).doesNotContain("code=");
        }
        Page other = page();
        assertThat(Objects.requireNonNull(other.navigate(answer)).status()).isEqualTo(401);
        page.navigate("/console");
        assertThat(page.locator("h1")).hasText("Overview");
    }

    @Test
    void one_ends_on_a_page_of_ours_and_begins_on_one() {
        for (String to : List.of("https://evil.example/", "//evil.example", "/v1/jobs", "javascript:alert(1)")) {
            Page page = page();
            page.navigate("/console/sign-in?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
            assertThat(page.getByText("Sign in with " + NAME))
                    .hasAttribute("href", "/console/oidc/start?to=%2Fconsole");
        }
        Api.Answer crossSite = Api.open(pithead().http())
                .send("GET", "/console/oidc/start", new byte[0], "Sec-Fetch-Site", "cross-site");
        assertThat(crossSite.status()).isEqualTo(403);
    }

    @Test
    void the_page_to_sign_in_can_be_read_by_everybody() throws Exception {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page page = page();
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            page.navigate("/console/sign-in");
            ConsoleIT.look(page, "oidc-sign-in", scheme, ConsoleIT.axe());
        }
    }

    @Test
    void rest_can_do_it_too() {
        Api open = Api.open(pithead().http());
        assertThat(open.get("/v1/session/oidc").expect(200).body().get("name").asText())
                .isEqualTo(NAME);
        Api.Answer way = open.send("POST", "/v1/session/oidc", new byte[0]).expect(201);
        assertThat(way.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("pithead-oidc=")
                .contains("HttpOnly", "SameSite=Lax");
        String location = way.body().get("location").asText();
        assertThat(location)
                .startsWith(Objects.requireNonNull(provider).url().toString())
                .contains("code_challenge_method=S256", "nonce=", "state=", "scope=openid");
        Refused.with(
                open.send(
                        "POST",
                        "/v1/session/oidc/finish",
                        Json.write(Map.of("state", "x", "code", "y")),
                        "Content-Type",
                        "application/json"),
                401,
                "SIGN_IN_REFUSED");
        Refused.with(open.get("/v1/session/oidc/binding"), 401, "NOT_SIGNED_IN");
    }

    @Test
    void an_issuer_that_is_away_keeps_nobody_from_the_password() throws Exception {
        OpenIdProvider gone = OpenIdProvider.start();
        Path secret = Files.writeString(folder.resolve("another-secret"), OpenIdProvider.SECRET);
        try (PitheadProcess other = PitheadProcess.start(
                folder.resolve("other"),
                "pithead.oidc.issuer=" + gone.url(),
                "pithead.oidc.client-id=" + OpenIdProvider.CLIENT,
                "pithead.oidc.client-secret.file=" + secret)) {
            gone.close();
            Api open = Api.open(other.http());
            Api.Answer page = open.get("/console/oidc/start");
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.text()).contains("Sign in with your password", "/console/sign-in");
            assertThat(page.headers().firstValue("Retry-After")).isPresent();
            assertThat(open.get("/console/sign-in").expect(200).text()).contains("Password", "Sign in with localhost");
            Refused.with(open.send("POST", "/v1/session/oidc", new byte[0]), 503, "UNAVAILABLE");
        }
    }
}
