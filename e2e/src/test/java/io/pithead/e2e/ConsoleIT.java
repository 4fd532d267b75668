package io.pithead.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.pithead.protocol.id.Ids;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console, as people see and use it, in a real browser. */
@ExtendWith(SharedServer.class)
@NeedsChromium
class ConsoleIT {
    private static final String HOSTILE = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>";
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final int NEAREST = 4;
    private static final Path SHOTS = Path.of("target", "screenshots");

    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;

    private final Operator operator = SharedServer.operator();
    private final Tenant tenant = operator.tenant(SharedServer.name("console")).deposit("100");
    private final List<String> complaints = new ArrayList<>();
    private final List<BrowserContext> contexts = new ArrayList<>();

    @BeforeAll
    static void open() {
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
        if (playwright != null) {
            playwright.close();
        }
    }

    @AfterEach
    void nothing_was_refused_by_the_policy_and_nothing_failed() {
        contexts.forEach(BrowserContext::close);
        assertThat(complaints).isEmpty();
    }

    private Page page(ColorScheme scheme, int width) {
        BrowserContext context = Objects.requireNonNull(browser)
                .newContext(new Browser.NewContextOptions()
                        .setBaseURL(SharedServer.pithead().http().toString())
                        .setColorScheme(scheme)
                        .setViewportSize(width, 900)
                        .setIgnoreHTTPSErrors(true));
        contexts.add(context);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 4")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        return page;
    }

    private String user(String role, @Nullable String account) {
        var membership = new HashMap<String, Object>(Map.of("role", role));
        if (account != null) {
            membership.put("account", account);
        }
        return operator.api()
                .post("/v1/admin/users", Map.of("name", SharedServer.name(role), "memberships", List.of(membership)))
                .expect(201)
                .body()
                .get("id")
                .asText();
    }

    /** By a link that the operator made. */
    private Page enter(String user) {
        return enter(user, page(ColorScheme.LIGHT, 1300));
    }

    private Page enter(String user, Page page) {
        page.navigate(operator.api()
                .post("/v1/admin/users/" + user + "/link", Map.of())
                .expect(201)
                .body()
                .get("path")
                .asText());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Enter"))
                .click();
        return page;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private String root() {
        return "/console/a/" + tenant.account();
    }

    private String node(String miner) {
        return operator.api()
                .get("/v1/admin/nodes?limit=200")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .filter(node -> node.get("miner_id").asText().equals(miner))
                .findAny()
                .orElseThrow()
                .get("id")
                .asText();
    }

    @Test
    void a_buyer_submits_a_job_watches_it_end_and_reads_its_checked_receipt() {
        String miner = SharedServer.name("watched");
        tenant.register(miner, miner, 1, true);
        Page page = enter(user("buyer", tenant.account()));
        assertThat(page).hasURL(Pattern.compile(".*/console/a/.*/jobs"));

        button(page, "Submit a job").click();
        page.locator("input[name=workload]").fill(miner);
        page.locator("input[name=price]").fill("2.5");
        button(page, "Submit").click();
        assertThat(page.getByText("The job is in the queue.")).isVisible();
        assertThat(page.locator(".facts .state").first()).hasText("queued");

        // from here on the page is not loaded again: what follows it is told
        JsonNode offer = tenant.next(miner);
        Page beside = enter(user("viewer", null));
        beside.navigate("/console/nodes/" + node(miner));
        assertThat(beside.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("leased")))
                .containsText(miner);
        beside.navigate("/console");
        assertThat(beside.locator("body")).containsText("Objectives");
        assertThat(page.locator(".facts .state").first()).hasText("leased");
        tenant.prove(offer).expect(201);
        assertThat(page.locator(".facts .state").first()).hasText("completed");
        assertThat(page.getByText("✓ signature verified")).isVisible();
        assertThat(page.getByText("2.5").first()).isVisible();

        JsonNode earned = tenant.miner()
                .get("/v1/wallet/earnings")
                .expect(200)
                .body()
                .get("items")
                .get(0);
        assertThat(earned.get("miner_id").asText()).isEqualTo(miner);
        assertThat(earned.get("jobs").asInt()).isEqualTo(1);
        assertThat(earned.get("earned").asText()).isEqualTo("2.500000");
        assertThat(earned.get("withdrawn").asText()).isEqualTo("0.000000");
        tenant.miner().get("/v1/wallet/earnings?days=32").expect(400);
        Page provider = enter(user("provider", tenant.account()));
        assertThat(provider.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(miner)))
                .containsText("2.500000");
    }

    @Test
    void a_buyer_sees_who_would_take_a_task_and_what_it_costs_before_it_is_made() {
        Containers.on(tenant, SharedServer.name("host"));
        Page page = enter(user("buyer", tenant.account()));
        page.navigate(root() + "/tasks");
        button(page, "Plan a task").click();
        page.locator("input[name=name]").fill(HOSTILE);
        page.locator("input[name=image]").fill("ubuntu:latest");
        page.locator("input[name=price]").fill("1.5");
        page.locator("input[name=requirements]").fill("ram_mb=999999999");
        button(page, "Show what it comes to").click();
        assertThat(page.locator(".facts")).containsText("1.500000");
        assertThat(page.locator("tbody")).containsText("kept out: NOT_ENOUGH_RAM");
        assertThat(tenant.buyer().get("/tasks").expect(200).body().toString()).doesNotContain("onerror");

        button(page, "Create the task").click();
        assertThat(page.getByText("It is made.")).isVisible();
        assertThat(page.locator("h1")).hasText(HOSTILE);
        assertThat(page.locator(".facts .state").first()).hasText("pending");
        button(page, "Stop").click();
        assertThat(page.getByText("The task is being stopped.")).isVisible();

        page.navigate(root() + "/tasks/new");
        page.locator("input[name=name]").fill("dear");
        page.locator("input[name=image]").fill("ubuntu:latest");
        page.locator("input[name=price]").fill("1000");
        button(page, "Show what it comes to").click();
        assertThat(page.getByText("The wallet does not cover it")).isVisible();
        assertThat(button(page, "Create the task")).hasCount(0);

        page.navigate(root() + "/tasks/new");
        page.locator("input[name=name]").fill("private");
        page.locator("input[name=image]").fill("ubuntu:latest");
        page.locator("textarea[name=more]").fill("{\"secrets\": {\"TOKEN\": \"not to be shown\"}}");
        button(page, "Show what it comes to").click();
        assertThat(page.getByText("must not have secrets")).isVisible();
        assertThat(page.locator("body")).not().containsText("not to be shown");
        assertThat(page.evaluate("window.pwned")).isNull();
    }

    @Test
    void a_run_that_cannot_be_is_refused_before_it_is_made() {
        Page page = enter(user("buyer", tenant.account()));
        page.navigate(root() + "/runs/new");
        page.locator("input[name=name]").fill("pool");
        page.locator("input[name=chain]").fill("7");
        button(page, "Show what it comes to").click();
        assertThat(page.getByText("must be a chain of this server")).isVisible();
    }

    @Test
    void the_operator_bans_a_node_and_finds_it_in_the_audit_trail() {
        String miner = SharedServer.name("console-cheat");
        tenant.register(miner, miner, 1, true);
        String id = node(miner);
        Page page = enter(user("operator", null));
        page.navigate("/console/nodes/" + id);
        button(page, "Drain").click();
        assertThat(page.getByText("The node gets no new jobs")).isVisible();
        assertThat(page.locator(".facts .state").first()).hasText("draining");
        page.getByText("Ban this node …").click();
        page.getByLabel("Reason").fill(HOSTILE);
        button(page, "Ban").click();
        assertThat(page.getByText("The node is banned.")).isVisible();
        assertThat(page.getByText(HOSTILE).first()).isVisible();

        page.navigate("/console/audit");
        Locator entry = page.locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText("node.ban"))
                .filter(new Locator.FilterOptions().setHasText(id));
        assertThat(entry).containsText("user:operator-");
        assertThat(entry).containsText("127.0.0.1");
        assertThat(page.evaluate("window.pwned")).isNull();

        page.navigate("/console/nodes/" + id);
        button(page, "Lift the ban").click();
        assertThat(page.getByText("The ban is lifted.")).isVisible();

        Locator past = page.locator("#what-it-was-table tbody tr");
        assertThat(past).hasCount(4);
        assertThat(past.nth(0)).containsText("draining");
        assertThat(past.nth(1)).containsText("banned");
        assertThat(past.nth(1)).containsText(HOSTILE);
        assertThat(past.nth(1)).containsText("user:operator-");
        assertThat(past.nth(3)).containsText("registered");
        assertThat(page.evaluate("window.pwned")).isNull();
        assertThat(page.locator("svg.strip"))
                .hasAttribute("aria-label", Pattern.compile("Heard in 1 of [12] minutes? .*"));
    }

    @Test
    void a_viewer_finds_disputes_of_all_accounts_and_what_moved_of_an_accounts_money() throws Exception {
        String miner = SharedServer.name("doubted");
        tenant.register(miner, miner, 1, true);
        String job = disputed(miner);
        Page page = enter(user("viewer", null));
        page.navigate("/console");
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Disputes").setExact(true))
                .click();
        page.locator("select[name=state]").selectOption("REJECTED");
        button(page, "Show").click();
        Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(miner));
        assertThat(row).containsText("rejected");
        assertThat(row.locator("a[href='/console/jobs/" + job + "']")).isVisible();
        row.locator("a[href^='/console/disputes/']").click();
        assertThat(page.locator("h1")).containsText("Dispute");
        assertThat(page.locator("body")).not().containsText("not what I get");

        page.navigate("/console/accounts/" + tenant.account());
        assertThat(page.locator("#ledger-newest-first-table tbody tr").first()).containsText("reserve");
        page.navigate("/console/accounts/" + tenant.account() + "/ledger?limit=1");
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.getByText("Next page").click();
        assertThat(page.locator("tbody tr").first()).isVisible();
    }

    /** A job that was paid and not believed. What is paid here is final at once, so the dispute is written as if it was not. */
    private String disputed(String miner) throws Exception {
        String job = tenant.submit(miner);
        tenant.prove(tenant.next(miner)).expect(201);
        try (Connection connection = database();
                var insert = connection.prepareStatement("insert into dispute (id, job_id, account_id, reason, deposit,"
                        + " matures_at, deadline, outcome, decided_at) values (?, ?::uuid, ?::uuid, 'not what I get', 1,"
                        + " now(), now() + interval '1 hour', 'REJECTED', now())")) {
            insert.setObject(1, Ids.next(Instant.now()));
            insert.setString(2, job);
            insert.setString(3, tenant.account());
            insert.executeUpdate();
        }
        return job;
    }

    @Test
    void a_dead_letter_is_looked_at_and_sent_again() throws Exception {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            // nobody understands it
            statement.execute("insert into outbox (queue, body) values ('webhook',"
                    + " '{\"type\":\"unknown\",\"ids\":[],\"version\":1}')");
        }
        Await.until("a dead letter", Duration.ofSeconds(60), () -> dead().size() == 1);
        String first = dead().get(0).get("id").asText();
        Page page = enter(user("operator", null));
        page.navigate("/console/queues/webhook");
        assertThat(page.locator("tbody tr")).containsText("unknown");
        button(page, "Retry " + first).click();
        assertThat(page.getByText("Sent again.")).isVisible();
        Await.until(
                "it to be dead again",
                Duration.ofSeconds(60),
                () -> dead().size() == 1 && !dead().get(0).get("id").asText().equals(first));

        operator.api().post("/v1/admin/queues/webhook/dead/discard", Map.of()).expect(422);
        String second = dead().get(0).get("id").asText();
        page.navigate("/console/queues/webhook");
        button(page, "Discard " + second).click();
        assertThat(page.getByText("It is gone for good")).isVisible();
        assertThat(dead()).isEmpty();
        operator.api()
                .post("/v1/admin/queues/webhook/dead/discard", Map.of("id", second))
                .expect(404);
        page.navigate("/console/audit");
        Locator gone = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("queue.discard"));
        assertThat(gone).containsText(second);
        assertThat(gone).containsText("unknown");
    }

    @Test
    void an_admin_makes_an_account_a_key_and_a_person_who_comes_in_and_is_shut_out_again() throws Exception {
        String name = SharedServer.name("made");
        Page page = enter(user("admin", null));
        page.navigate("/console/accounts");
        page.getByText("Make an account …").click();
        page.locator("form[action$=accounts] input[name=name]").fill(name);
        button(page, "Make the account").click();
        assertThat(page.getByText("It is made.")).isVisible();
        assertThat(page.locator("h1")).hasText(name);
        String account = page.url().replaceAll(".*/accounts/([^?]*).*", "$1");

        page.getByText("Make a key …").click();
        page.locator("select[name=scope]").selectOption("buyer");
        page.locator("input[name=days]").fill("1");
        button(page, "Make the key").click();
        String key = page.locator("pre").innerText().strip();
        SharedServer.open().withKey(key).get("/v1/jobs").expect(200);
        page.navigate("/console/accounts/" + account);
        assertThat(page.locator("body")).not().containsText(key);

        String person = SharedServer.name("person");
        page.navigate("/console/accounts");
        page.getByText("Make a user …").click();
        page.locator("form[action$=users] input[name=name]").fill(person);
        page.locator("select[name=role]").selectOption("buyer");
        button(page, "Make the user").click();
        assertThat(page.getByText("is required")).isVisible();
        page.navigate("/console/accounts");
        page.getByText("Make a user …").click();
        page.locator("form[action$=users] input[name=name]").fill(person);
        page.locator("select[name=role]").selectOption("viewer");
        button(page, "Make the user").click();
        assertThat(page.locator("h1")).hasText(person);
        String user = page.url().replaceAll(".*/users/([^?]*).*", "$1");
        page.getByText("Give a role …").click();
        page.locator("select[name=role]").selectOption("buyer");
        page.locator("form[action$=memberships] select[name=account]")
                .evaluate("(list, id) => { list.add(new Option(id, id)); list.value = id; }", account);
        button(page, "Give it").click();
        assertThat(page.getByText("Its roles are changed.")).isVisible();
        button(page, "Take away viewer").click();
        button(page, "Make a link that lets it in").click();
        String link = page.locator("pre").innerText().strip();

        Page other = page(ColorScheme.LIGHT, 1300);
        other.navigate(link);
        button(other, "Enter").click();
        assertThat(other).hasURL(Pattern.compile(".*/console/a/" + account + "/jobs"));
        page.navigate("/console/users/" + user);
        page.getByText("Disable this user …").click();
        button(page, "Disable").click();
        assertThat(page.getByText("The user is disabled")).isVisible();
        Await.until("the session to be over", Duration.ofSeconds(10), () -> {
            other.navigate("/console/you");
            return other.locator("h1").innerText().equals("Sign in");
        });
    }

    @Test
    void settings_say_where_they_are_from_and_keep_secrets() throws Exception {
        Page page = enter(user("viewer", null));
        page.navigate("/console/settings");
        Locator password =
                page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("pithead.db.password"));
        assertThat(password).containsText("••••••");
        assertThat(password).containsText("pithead.jar");
        assertThat(page.locator("body")).containsText("pithead.lease.ttl");
        String secret = Files.readString(SharedServer.pithead().data().resolve("secrets/database"))
                .strip();
        assertThat(page.content()).doesNotContain(secret);
        assertThat(operator.api().get("/v1/admin/settings").expect(200).text()).doesNotContain(secret);
    }

    private static Connection database() throws Exception {
        Path data = SharedServer.pithead().data();
        String port =
                Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).get(3);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/pithead",
                "pithead",
                Files.readString(data.resolve("secrets/database")).strip());
    }

    private JsonNode dead() {
        return operator.api()
                .get("/v1/admin/queues/webhook/dead")
                .expect(200)
                .body()
                .get("items");
    }

    @Test
    void a_viewer_sees_what_is_and_changes_nothing() {
        String miner = SharedServer.name("seen");
        tenant.register(miner, miner, 1, true);
        String id = node(miner);
        Page page = enter(user("viewer", null));
        page.navigate("/console/nodes/" + id);
        assertThat(page.locator("h1")).hasText(miner);
        assertThat(page.getByText("Ban this node …")).hasCount(0);
        // as if it had the form
        String csrf = page.locator("input[name=csrf]").first().inputValue();
        Object status = page.evaluate(
                "([path, csrf]) => fetch(path, {method: 'POST', body: new URLSearchParams({csrf, reason:"
                        + " 'x'})}).then(a => a.status)",
                List.of("/console/nodes/" + id + "/ban", csrf));
        assertThat(status).isEqualTo(403);
        assertThat(operator.api()
                        .get("/v1/admin/nodes/" + id)
                        .expect(200)
                        .body()
                        .has("ban"))
                .isFalse();
    }

    @Test
    void of_another_account_there_is_nothing() {
        String miner = SharedServer.name("foreign");
        tenant.register(miner, miner, 1, true);
        String job = tenant.submit(miner);
        Tenant other = operator.tenant(SharedServer.name("other"));
        Page page = enter(user("buyer", other.account()));
        for (String path : pagesOf(job)) {
            assertThat(Objects.requireNonNull(page.navigate(path)).status())
                    .as(path)
                    .isIn(403, 404);
            assertThat(page.content()).as(path).doesNotContain(miner);
            // the job under the own account
            String own = path.replace(tenant.account(), other.account());
            if (own.contains(job)) {
                assertThat(Objects.requireNonNull(page.navigate(own)).status())
                        .as(own)
                        .isEqualTo(404);
            }
        }
        for (String path : SYSTEM) {
            assertThat(Objects.requireNonNull(page.navigate(path)).status())
                    .as(path)
                    .isIn(403, 404);
        }
        assertThat(Objects.requireNonNull(page.navigate("/console/jobs/" + job)).status())
                .isEqualTo(403);
        assertThat(Objects.requireNonNull(page.navigate("/console/nodes/" + node(miner)))
                        .status())
                .isEqualTo(403);
        assertThat(Objects.requireNonNull(page.navigate("/console/overview/live"))
                        .status())
                .isEqualTo(403);
        String csrf = page(page);
        for (String path : List.of("/cancel", "/dispute")) {
            Object status = page.evaluate(
                    "([path, csrf]) => fetch(path, {method: 'POST', body: new URLSearchParams({csrf, reason:"
                            + " 'x'})}).then(a => a.status)",
                    List.of(root() + "/jobs/" + job + path, csrf));
            assertThat(status).as(path).isEqualTo(404);
        }
        assertThat(tenant.state(job)).isEqualTo("QUEUED");
    }

    /** The token of who is signed in here. */
    private static String page(Page page) {
        page.navigate("/console");
        return page.locator("input[name=csrf]").first().inputValue();
    }

    private static final List<String> SYSTEM = List.of(
            "/console/jobs",
            "/console/nodes",
            "/console/disputes",
            "/console/queues",
            "/console/audit",
            "/console/accounts",
            "/console/users",
            "/console/settings",
            "/console/charts",
            "/console/charts/csv");

    private List<String> pagesOf(String job) {
        return List.of(
                root() + "/jobs",
                root() + "/jobs/new",
                root() + "/jobs/" + job,
                root() + "/jobs/" + job + "/live",
                root() + "/jobs/" + job + "/events",
                root() + "/jobs/" + job + "/log",
                root() + "/tasks",
                root() + "/tasks/new",
                root() + "/tasks/" + job,
                root() + "/runs",
                root() + "/runs/new",
                root() + "/runs/" + job,
                root() + "/wallet",
                root() + "/earnings");
    }

    @Test
    void who_is_not_signed_in_is_led_to_the_sign_in_and_back() {
        Page page = page(ColorScheme.LIGHT, 1300);
        page.navigate("/console/jobs?state=FAILED");
        assertThat(page.locator("h1")).hasText("Sign in");
        assertThat(page.locator("input[name=to]")).hasValue("/console/jobs?state=FAILED");
        page.getByLabel("Name").fill("nobody");
        page.getByLabel("Password").fill("not a password at all");
        button(page, "Sign in").click();
        assertThat(page.getByText("The name, the password or the code is wrong."))
                .isVisible();
        for (String elsewhere : List.of("https://example.org/", "//example.org", "/v1/jobs", "javascript:alert(1)")) {
            page.navigate("/console/sign-in?to=" + URLEncoder.encode(elsewhere, StandardCharsets.UTF_8));
            assertThat(page.locator("input[name=to]")).hasValue("/console");
        }
    }

    @Test
    void a_link_is_not_used_up_by_being_looked_at_and_is_good_once() {
        String user = user("viewer", null);
        String path = operator.api()
                .post("/v1/admin/users/" + user + "/link", Map.of())
                .expect(201)
                .body()
                .get("path")
                .asText();
        for (int looks = 0; looks < 2; looks++) {
            SharedServer.open().get(path).expect(200);
        }
        Page page = page(ColorScheme.LIGHT, 1300);
        page.navigate(path);
        button(page, "Enter").click();
        assertThat(page.locator("h1")).hasText("Overview");
        button(page, "Sign out").click();
        assertThat(page.locator("h1")).hasText("Sign in");
        page.navigate("/console");
        assertThat(page.locator("h1")).hasText("Sign in");
        page.navigate(path);
        button(page, "Enter").click();
        assertThat(page.locator("h1")).hasText("This did not work");
    }

    @Test
    void who_came_by_a_link_sets_a_password_and_a_second_factor_and_comes_back_with_them() throws Exception {
        String user = user("viewer", null);
        Page page = enter(user);
        String name = page.locator(".who a").first().innerText();
        page.locator(".who a").first().click();
        assertThat(page.getByText("none: only a link lets you in")).isVisible();
        page.locator("form[action$=password] input[name=password]").fill("short");
        button(page, "Set the password").click();
        assertThat(page.locator("h1")).hasText("This did not work");
        page.navigate("/console/you");
        page.locator("form[action$=password] input[name=password]").fill("a long enough password");
        button(page, "Set the password").click();
        assertThat(page.getByText("The password is set")).isVisible();

        page.getByText("Add a second factor …").click();
        button(page, "Make a secret").click();
        String secret = page.locator(".facts .code").first().innerText();
        assertThat(read(page.locator("svg.qr").screenshot()))
                .as("the QR code")
                .startsWith("otpauth://totp/Pithead")
                .contains("secret=" + secret + "&");
        assertThat(page.url()).doesNotContain(secret);
        page.locator("input[name=code]").fill(Authenticator.code(secret));
        button(page, "Confirm").click();
        assertThat(page.locator("h1")).hasText("Recovery codes");
        String recovery = page.locator("pre").innerText().lines().findFirst().orElseThrow();
        button(page, "Sign out").click();

        page.getByLabel("Name").fill(name);
        page.getByLabel("Password").fill("a long enough password");
        button(page, "Sign in").click();
        assertThat(page.getByText("This user has a second factor")).isVisible();
        page.getByLabel("Name").fill(name);
        page.getByLabel("Password").fill("a long enough password");
        page.getByLabel("Code").fill(recovery);
        button(page, "Sign in").click();
        assertThat(page.locator("h1")).hasText("Overview");

        page.navigate("/console/you");
        page.getByText("Take the second factor away …").click();
        button(page, "Take it away").click();
        assertThat(page.locator("h1")).hasText("This did not work");
        page.navigate("/console/you");
        button(page, "Sign out everywhere").click();
        assertThat(page.locator("h1")).hasText("Sign in");
    }

    /** As the camera of a telephone does: it comes nearer until it sees it. */
    private static String read(byte[] png) throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        for (int times = 1; times < NEAREST; times++) {
            try {
                return read(image, times);
            } catch (ReaderException e) {
                // its squares are no whole number of pixels, and the reader's own grid fell between them
            }
        }
        return read(image, NEAREST);
    }

    private static String read(BufferedImage image, int times) throws ReaderException {
        int width = image.getWidth() * times;
        int height = image.getHeight() * times;
        var nearer = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var pen = nearer.createGraphics();
        pen.drawImage(image, 0, 0, width, height, null);
        pen.dispose();
        var seen = new RGBLuminanceSource(width, height, nearer.getRGB(0, 0, width, height, null, 0, width));
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(seen)), Map.of(DecodeHintType.TRY_HARDER, true))
                .getText();
    }

    @Test
    void every_answer_keeps_others_out_of_the_page() {
        for (String path : List.of("/console", "/console/sign-in", "/console/nothing", "/console/static/x/y")) {
            Api.Answer answer = SharedServer.open().get(path);
            String policy =
                    answer.headers().firstValue("Content-Security-Policy").orElse("");
            assertThat(policy)
                    .as(path)
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Frame-Options")).as(path).hasValue("DENY");
            assertThat(answer.headers().firstValue("Cache-Control")).as(path).hasValue("no-store");
        }
        String sheet = SharedServer.open().get("/console/sign-in").text();
        var style = Pattern.compile("/console/static/[0-9a-f]{16}/console.css").matcher(sheet);
        assertThat(style.find()).isTrue();
        Api.Answer file = SharedServer.open().get(style.group()).expect(200);
        assertThat(file.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        assertThat(SharedServer.open()
                        .send(
                                "POST",
                                "/console/sign-out",
                                "csrf=x".getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "application/x-www-form-urlencoded",
                                "Sec-Fetch-Site",
                                "cross-site")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void an_error_is_a_page_that_says_what_to_do_next() {
        Page page = enter(user("admin", null));
        page.navigate("/console/jobs/" + new UUID(0, 7));
        assertThat(page.getByText("JOB_NOT_FOUND")).isVisible();
        assertThat(page.getByText("Request id")).isVisible();
        assertThat(page.getByText("Look for it in its list")).isVisible();
        page.navigate("/console/jobs?state=" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8));
        assertThat(page.getByText("MALFORMED_REQUEST")).isVisible();
        assertThat(page.evaluate("window.pwned")).isNull();
    }

    @Test
    void what_a_miner_and_a_buyer_write_is_only_ever_text() {
        String miner = SharedServer.name("hostile");
        tenant.register(miner, miner, 1, true);
        String job = tenant.submit(miner, Map.of("params", Map.of(HOSTILE, HOSTILE)));
        JsonNode offer = tenant.next(miner);
        long lease = offer.get("lease").asLong();
        tenant.miner().post("/v1/miner/progress", Map.of("id", job, "lease", lease, "percent", 7, "note", HOSTILE));
        tenant.miner()
                .post(
                        "/v1/miner/logs",
                        Map.of("id", job, "lease", lease, "pieces", List.of(Map.of("offset", 0, "text", HOSTILE))));
        Page page = enter(user("buyer", tenant.account()));
        page.navigate(root() + "/jobs/" + job);
        assertThat(page.locator("main")).containsText(HOSTILE);
        assertThat(page.locator("main img")).hasCount(0);
        tenant.miner()
                .post(
                        "/v1/miner/fail",
                        Map.of("id", job, "lease", lease, "code", "BROKEN", "message", HOSTILE, "retryable", false));
        assertThat(page.locator(".facts .state").first()).hasText("failed");
        assertThat(page.evaluate("window.pwned")).isNull();
    }

    @Test
    void pages_work_without_script() throws Exception {
        String miner = SharedServer.name("plain");
        BrowserContext context = Objects.requireNonNull(browser)
                .newContext(new Browser.NewContextOptions()
                        .setBaseURL(SharedServer.pithead().http().toString())
                        .setJavaScriptEnabled(false));
        contexts.add(context);
        Page page = enter(user("buyer", tenant.account()), context.newPage());
        button(page, "Submit a job").click();
        page.locator("input[name=workload]").fill(miner);
        button(page, "Submit").click();
        assertThat(page.getByText("The job is in the queue.")).isVisible();
        button(page, "Cancel the job").click();
        assertThat(page.getByText("The job is canceled.")).isVisible();

        anHour();
        Page charts = enter(user("viewer", null), context.newPage());
        charts.navigate("/console/charts?range=1h");
        charts.getByText("As a table").first().click();
        assertThat(charts.locator("tbody").first()).containsText("12");
        assertThat(charts.locator("[data-png]").first()).isHidden();
    }

    private static final Pattern NUMBERS = Pattern.compile("([0-9]+)\\s+([0-9]+)\\s+([0-9]+)\\s+([0-9]+)");

    /** An hour of minutes, as if they had been so. */
    private static void anHour() throws Exception {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            for (int ago = 60; ago > 2; ago--) {
                statement.execute(
                        "insert into stat select 'MINUTE', date_trunc('minute', now()) - make_interval(mins => "
                                + ago
                                + "), 12, 9, 1, 0, array_fill(0, array[30]) || array[9::bigint] || array_fill(0, array[95]),"
                                + " array_fill(0, array[50]) || array[9::bigint] || array_fill(0, array[75]), 9000000, 0, 1, 4, 4, 30, 3,"
                                + " 1, 0, 0 on conflict (step, at) do update set submitted = excluded.submitted, completed ="
                                + " excluded.completed, failed = excluded.failed, canceled = 0");
            }
        }
    }

    @Test
    void a_viewer_looks_at_charts_their_tables_and_takes_them_away() throws Exception {
        anHour();
        Page page = enter(user("viewer", null));
        page.locator("nav").getByText("Charts").click();
        assertThat(page.locator("select[name=range]")).hasValue("24h");
        page.locator("select[name=range]").selectOption("1h");
        button(page, "Show").click();
        assertThat(page).hasURL(Pattern.compile(".*/console/charts\\?range=1h"));
        assertThat(page.locator(".u-wrap")).hasCount(8);
        Locator jobs = page.locator("section.block").filter(new Locator.FilterOptions().setHasText("Jobs per minute"));
        // where the mouse is, the values stand below
        jobs.locator(".u-over").hover();
        assertThat(jobs.locator(".u-legend")).containsText("12");
        jobs.getByText("As a table").click();
        assertThat(jobs.locator("details tbody tr")).hasCount(60);
        assertThat(jobs.locator("details tbody")).containsText(NUMBERS);
        Download png = page.waitForDownload(
                () -> button(page, "Jobs per minute as PNG").click());
        assertThat(Files.readAllBytes(png.path())).startsWith(0x89, 'P', 'N', 'G');
        Download csv = page.waitForDownload(
                () -> page.getByLabel("Jobs per minute as CSV").click());
        assertThat(Files.readString(csv.path())).startsWith("at,submitted,").contains(",12,9,1,0,0.9,");
        assertThat(Objects.requireNonNull(page.navigate("/console/charts?range=2h"))
                        .status())
                .isEqualTo(400);
        page.navigate("/console");
        assertThat(page.locator(".u-wrap")).hasCount(2);
    }

    private void worked() throws Exception {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into provider_day (day, account_id, accepted, failed, looks, heard) values"
                    + " ((now() at time zone 'UTC')::date, '" + tenant.account() + "', 1234567, 10, 24, 23)"
                    + " on conflict (day, account_id) do update set accepted = 1234567");
        }
    }

    @Test
    void anybody_sees_who_works_most_and_nobody_whose_account_it_is() throws Exception {
        worked();
        Page page = page(ColorScheme.LIGHT, 1300);
        page.navigate("/console/sign-in");
        page.getByText("who works most and best").click();
        assertThat(page.locator("h1")).hasText("Leaderboard");
        page.locator("select[name=period]").selectOption("MONTH");
        button(page, "Show").click();
        Locator first = page.locator("tbody").first().locator("tr").first();
        assertThat(first).containsText("1234567");
        // the server looks, too
        assertThat(first).containsText(Pattern.compile("9[5-7]\\.[0-9] %"));
        assertThat(first).containsText("provider-");
        assertThat(page.content()).doesNotContain(tenant.account());
        assertThat(page.getByText("None of it is the score")).isVisible();
        page.getByText("Sign in").click();
        assertThat(page.locator("h1")).hasText("Sign in");
    }

    /** Each page in both themes: by axe's rules of WCAG 2.2 AA, on a picture, and in a window of a telephone. */
    @Test
    void every_page_can_be_read_by_everybody() throws Exception {
        anHour();
        worked();
        String miner = SharedServer.name("picture");
        tenant.register(miner, miner, 1, true);
        String done = tenant.submit(miner);
        tenant.prove(tenant.next(miner)).expect(201);
        disputed(miner);
        String waiting = tenant.submit("nobody-" + miner);
        var pages = new LinkedHashMap<String, String>();
        pages.put("overview", "/console");
        pages.put("charts", "/console/charts?range=1h");
        pages.put("jobs", "/console/jobs");
        pages.put("job", "/console/jobs/" + done);
        pages.put("nodes", "/console/nodes");
        pages.put("node", "/console/nodes/" + node(miner));
        pages.put("disputes", "/console/disputes");
        pages.put(
                "dispute",
                "/console/disputes/"
                        + operator.api()
                                .get("/v1/admin/disputes")
                                .expect(200)
                                .body()
                                .get("items")
                                .get(0)
                                .get("id")
                                .asText());
        pages.put("ledger", "/console/accounts/" + tenant.account() + "/ledger");
        pages.put("validation", "/console/validation");
        pages.put("money", "/console/money");
        pages.put("chain", "/console/chain");
        pages.put("accounts", "/console/accounts");
        pages.put("account", "/console/accounts/" + tenant.account());
        pages.put("queues", "/console/queues");
        pages.put("queue", "/console/queues/webhook");
        pages.put("audit", "/console/audit");
        pages.put("settings", "/console/settings");
        pages.put("user", "/console/users/" + user("provider", tenant.account()));
        pages.put("you", "/console/you");
        pages.put("error", "/console/jobs/" + new UUID(0, 7));
        var own = new LinkedHashMap<String, String>();
        own.put("buyer-jobs", root() + "/jobs");
        own.put("buyer-submit", root() + "/jobs/new");
        own.put("buyer-job-done", root() + "/jobs/" + done);
        own.put("buyer-tasks", root() + "/tasks");
        own.put("buyer-task-new", root() + "/tasks/new");
        own.put("buyer-runs", root() + "/runs");
        own.put("buyer-run-new", root() + "/runs/new");
        own.put("buyer-wallet", root() + "/wallet");
        own.put("buyer-job-waiting", root() + "/jobs/" + waiting);
        String axe = resource(AXE);
        String admin = user("admin", null);
        String buyer = user("buyer", tenant.account());
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page out = page(scheme, 1300);
            out.navigate("/console/sign-in");
            look(out, "sign-in", scheme, axe);
            out.navigate("/console/leaderboard");
            look(out, "leaderboard", scheme, axe);
            Page page = enter(admin, page(scheme, 1300));
            pages.forEach((name, path) -> {
                page.navigate(path);
                look(page, name, scheme, axe);
            });
            Page bought = enter(buyer, page(scheme, 1300));
            own.forEach((name, path) -> {
                bought.navigate(path);
                look(bought, name, scheme, axe);
            });
            bought.setViewportSize(390, 800);
            bought.navigate(root() + "/jobs/" + done);
            look(bought, "narrow-job", scheme, axe);
        }
    }

    static String axe() throws IOException {
        return resource(AXE);
    }

    static void look(Page page, String name, ColorScheme scheme, String axe) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SHOTS.resolve(name + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png"))
                .setFullPage(true));
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as(name + " is no wider than its window")
                .isTrue();
        page.evaluate(axe);
        Object found =
                page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
                        + " 'best-practice']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n =>"
                        + " n.html).slice(0, 3).join(' | ')))");
        assertThat((List<?>) found).as(name + " " + scheme).isEmpty();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ConsoleIT.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
