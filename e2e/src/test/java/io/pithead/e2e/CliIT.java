package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code pithead} as people type it, through a pipe and on a terminal, against a real server. */
@ExtendWith(SharedServer.class)
class CliIT {
    private static final long LIMIT_SECONDS = 120;
    private static final Operator OPERATOR = SharedServer.operator();

    @TempDir
    private Path home;

    private final Tenant tenant = OPERATOR.tenant("typist").deposit("100");

    private record Said(int exit, String out, String err) {
        Said expect(int wanted) {
            assertThat(exit).as(out + err).isEqualTo(wanted);
            return this;
        }

        JsonNode json() {
            try {
                return Json.tree(out.getBytes(StandardCharsets.UTF_8));
            } catch (Exception e) {
                throw new AssertionError(out, e);
            }
        }
    }

    private static List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of(
                Server.java(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Server.file("pithead.cli").toString()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private Said run(List<String> command, String input) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "out", null);
        Path err = Files.createTempFile(home, "err", null);
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("XDG_CONFIG_HOME", home.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("PITHEAD_"));
        Process process = builder.start();
        try (var typed = process.outputWriter(StandardCharsets.UTF_8)) {
            typed.write(input);
        }
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Said pithead(String... arguments) throws IOException, InterruptedException {
        return run(command(arguments), "");
    }

    private static String url() {
        return SharedServer.pithead().http().toString();
    }

    @BeforeEach
    void signed_in() throws Exception {
        run(command("login", "--url", url()), tenant.buyer().key() + "\n").expect(0);
    }

    @Test
    void a_key_is_kept_for_its_owner_alone_used_and_forgotten() throws Exception {
        Path config = home.resolve("pithead/config");
        assertThat(Files.getPosixFilePermissions(config)).hasSize(2);
        assertThat(pithead("whoami").expect(0).out)
                .contains("buyer ph_buyer_")
                .doesNotContain(tenant.buyer().key());
        assertThat(pithead("doctor").expect(0).out).doesNotContain("BAD");

        pithead("logout").expect(0);
        assertThat(Files.readString(config)).doesNotContain("ph_buyer_");
        assertThat(pithead("whoami", "--url", url()).expect(2).err).contains("pithead login");
        assertThat(pithead("doctor", "--url", url()).expect(1).out).contains("BAD  key");
    }

    @Test
    void a_key_that_does_not_work_is_not_kept() throws Exception {
        String other =
                OPERATOR.issue(tenant.account(), "buyer", Map.of()).get("key").asText();
        String id =
                OPERATOR.issue(tenant.account(), "buyer", Map.of()).get("id").asText();
        assertThat(id).isNotBlank();
        String broken = other.substring(0, other.length() - 6) + "000000";

        assertThat(run(command("login", "--url", url(), "--profile", "work"), broken + "\n")
                        .expect(2)
                        .err)
                .contains("no key");
        assertThat(pithead("whoami", "--profile", "work").expect(2).err).contains("there is no profile work");
    }

    /** As a person sees it: a prompt, and nothing of what is typed. */
    @Test
    void on_a_terminal_a_key_is_asked_for_and_not_shown() throws Exception {
        String typed = String.join(" ", command("login", "--url", url(), "--profile", "typed"));
        Said said = run(
                List.of("script", "-qec", typed, "/dev/null"), tenant.buyer().key() + "\n");

        assertThat(said.exit).as(said.out).isZero();
        assertThat(said.out).contains("key: ").contains("profile typed");
        assertThat(Files.readString(home.resolve("pithead/config")))
                .contains("typed.key=" + tenant.buyer().key());
    }

    @Test
    void a_job_goes_from_the_command_line_to_its_receipt() throws Exception {
        String workload = SharedServer.name("typed");
        String miner = workload + "-miner";
        Said submitted = pithead("job", "submit", workload, "--param", "text=" + Tenant.OUTPUT, "--price", "2.5")
                .expect(0);
        String job = submitted.out.strip();

        assertThat(pithead("job", "explain", job).expect(0).out).contains("QUEUED");
        assertThat(pithead("job", "list", "--workload", workload).expect(0).out)
                .contains(job)
                .contains("QUEUED");
        assertThat(pithead("job", "result", job).expect(1).err)
                .contains("JOB_NOT_READY")
                .contains("--wait");

        tenant.register(miner, workload, 1, true);
        JsonNode offer = tenant.next(miner);
        assertThat(offer.at("/params/text").asText()).isEqualTo(Tenant.OUTPUT);
        tenant.prove(offer).expect(201);

        assertThat(pithead("job", "status", job, "--wait").expect(0).out).contains("COMPLETED");
        assertThat(pithead("job", "result", job).expect(0).out).contains(Tenant.OUTPUT_SHA);
        assertThat(pithead("job", "history", job).expect(0).out)
                .contains("buyer:")
                .contains("COMPLETED");
        Said receipt = pithead("job", "receipt", job, "--json").expect(0);
        assertThat(receipt.json().get("job_id").asText()).isEqualTo(job);
        assertThat(receipt.err).contains("signature: good");
        assertThat(pithead("wallet", "entries").expect(0).out).contains("settle");
        assertThat(pithead("job", "cancel", job).expect(1).err).contains("CONFLICT_STATE");
    }

    @Test
    void a_plan_shows_what_a_request_would_get_and_spends_nothing() throws Exception {
        String workload = SharedServer.name("planned");
        String balance = pithead("wallet", "balance").expect(0).out;
        assertThat(pithead("job", "submit", workload, "--price", "2.5", "--plan")
                        .expect(0)
                        .out)
                .contains("price per job  2.500000", "set aside at once  2.500000");
        tenant.register(workload + "-miner", workload, 1, true);
        // a fleet is read anew every two seconds
        Await.until(
                "the machine to be seen",
                Duration.ofSeconds(30),
                () -> pithead("job", "submit", workload, "--price", "2.5", "--plan", "--json")
                                .expect(0)
                                .json()
                                .get("matching")
                                .asInt()
                        == 1);
        assertThat(pithead("job", "submit", workload, "--price", "1000", "--plan")
                        .expect(1)
                        .err)
                .contains("pithead wallet deposit");

        Path task = Files.writeString(home.resolve("task.yaml"), "{name: t, image: a, replicas: 2, price: '1'}");
        assertThat(pithead("task", "plan", task.toString()).expect(0).out).contains("set aside at once  2.000000");
        assertThat(pithead("job", "list", "--workload", workload, "--json")
                        .expect(0)
                        .json())
                .isEmpty();
        assertThat(pithead("wallet", "balance").expect(0).out).isEqualTo(balance);
    }

    @Test
    void a_request_may_be_a_file_or_the_input_and_is_refused_whole() throws Exception {
        String workload = SharedServer.name("filed");
        Path file = Files.writeString(
                home.resolve("jobs.yaml"),
                "jobs:\n  - {workload: %1$s, price: '1', params: {n: 1}}\n  - {workload: %1$s, price: '1'}\n"
                        .formatted(workload));

        assertThat(pithead("job", "submit", "--file", file.toString())
                        .expect(0)
                        .out
                        .lines())
                .hasSize(2);
        Said one = run(command("job", "submit", "-f", "-", "--json"), "workload: " + workload + "\nprice: '3'\n");
        assertThat(one.expect(0).json().get("price").asText()).isEqualTo("3.000000");
        pithead("job", "cancel", one.json().get("id").asText()).expect(0);

        Said wrong = run(command("job", "submit", "-f", "-"), "workload: " + workload + "\nprize: 3\n")
                .expect(1);
        assertThat(wrong.err).contains("INVALID_PAYLOAD").contains("/prize").contains("request ");
        assertThat(pithead("job", "submit", workload, "--price", "1000", "--json")
                        .expect(1)
                        .json()
                        .at("/error/code")
                        .asText())
                .isEqualTo("INSUFFICIENT_FUNDS");
        assertThat(pithead("job", "list", "--workload", workload, "--json", "--limit", "0")
                        .expect(0)
                        .json())
                .hasSize(3);
    }

    @Test
    void pages_go_on_until_there_are_as_many_as_asked_for() throws Exception {
        String workload = SharedServer.name("paged");
        Path file = home.resolve("many.yaml");
        Files.writeString(file, "jobs:\n" + ("  - {workload: " + workload + ", price: '0.01'}\n").repeat(250));
        pithead("job", "submit", "-f", file.toString()).expect(0);

        assertThat(pithead("job", "list", "--workload", workload, "--limit", "220", "--json")
                        .expect(0)
                        .json())
                .hasSize(220);
        Said some =
                pithead("job", "list", "--workload", workload, "--limit", "3").expect(0);
        assertThat(some.out.lines()).hasSize(4);
        assertThat(some.err).contains("there are more");
    }

    @Test
    void what_a_miner_wrote_is_followed_and_moves_no_cursor() throws Exception {
        String workload = SharedServer.name("logged");
        String miner = workload + "-miner";
        String job =
                pithead("job", "submit", workload, "--price", "1").expect(0).out.strip();
        tenant.register(miner, workload, 1, true);
        JsonNode offer = tenant.next(miner);
        tenant.miner()
                .post(
                        "/v1/miner/logs",
                        Map.of(
                                "id",
                                job,
                                "lease",
                                offer.get("lease").asLong(),
                                "pieces",
                                List.of(Map.of("offset", 0, "text", "one\u001b[2J two\n"))))
                .expect(202);
        tenant.prove(offer).expect(201);

        assertThat(pithead("job", "logs", "-f", job).expect(0).out).isEqualTo("one two\n");
        assertThat(pithead("job", "logs", "--raw", job).expect(0).out).isEqualTo("one\u001b[2J two\n");
    }

    @Test
    void an_operator_makes_accounts_and_keys_and_sees_what_waits() throws Exception {
        run(
                        command("login", "--url", url(), "--profile", "operator"),
                        OPERATOR.api().key() + "\n")
                .expect(0);
        String account = pithead("admin", "account", "typed account", "--profile", "operator")
                .expect(0)
                .out
                .strip();
        Said made = pithead("key", "create", "--account", account, "--scope", "miner", "--profile", "operator")
                .expect(0);
        assertThat(made.out.strip()).startsWith("ph_miner_");
        Said keys = pithead("key", "list", "--account", account, "--json", "--profile", "operator")
                .expect(0);
        String id = keys.json().get(0).get("id").asText();
        assertThat(pithead("key", "rotate", id, "--grace", "0", "--profile", "operator")
                        .expect(0)
                        .out)
                .startsWith("ph_miner_");
        pithead("key", "revoke", id, "--profile", "operator").expect(0);

        String user = pithead(
                        "admin",
                        "user",
                        "create",
                        SharedServer.name("typed"),
                        "--role",
                        "viewer",
                        "--profile",
                        "operator")
                .expect(0)
                .out
                .strip();
        assertThat(pithead("admin", "user", "list", "--profile", "operator").expect(0).out)
                .contains(user, "MEMBERSHIPS");
        assertThat(pithead("admin", "user", "link", user, "--profile", "operator")
                        .expect(0)
                        .out)
                .startsWith(url())
                .contains("/console/enter?token=");
        assertThat(pithead("admin", "user", "disable", user, "--profile", "operator")
                        .expect(0)
                        .out)
                .contains("disabled at");

        assertThat(pithead("admin", "stats", "--profile", "operator").expect(0).out)
                .contains("nodes online");
        assertThat(pithead("admin", "queues", "--profile", "operator").expect(0).out)
                .contains("DEPTH");
        assertThat(pithead("admin", "settings", "--profile", "operator").expect(0).out)
                .contains("pithead.db.password", "••••••");
        assertThat(pithead("admin", "retry", "webhook", "--profile", "operator").expect(0).out)
                .contains("retried");
        assertThat(pithead("admin", "discard", "webhook", "--profile", "operator")
                        .expect(2)
                        .err)
                .contains("--all");
        assertThat(pithead("admin", "discard", "webhooks", "--all", "--profile", "operator")
                        .expect(0)
                        .out)
                .contains("discarded");
        assertThat(pithead("admin", "drain", new UUID(0, 7).toString(), "--profile", "operator")
                        .expect(1)
                        .err)
                .contains("NODE_NOT_FOUND");
        assertThat(pithead("admin", "audit", "--profile", "operator").expect(0).out)
                .contains("ACTION");
        String miner = SharedServer.name("seen");
        tenant.register(miner, miner, 1, true);
        String node = pithead("node", "list", "--all", "--json", "--limit", "0", "--profile", "operator")
                .expect(0)
                .json()
                .valueStream()
                .filter(one -> one.get("miner_id").asText().equals(miner))
                .map(one -> one.get("id").asText())
                .findAny()
                .orElseThrow();
        run(
                        command("login", "--url", url(), "--profile", "owner"),
                        tenant.miner().key() + "\n")
                .expect(0);
        pithead("node", "drain", miner, "--profile", "owner").expect(0);
        assertThat(pithead("node", "status", node, "--profile", "operator").expect(0).out)
                .containsPattern("draining +true")
                .contains(miner);
        assertThat(pithead("admin", "stats").expect(1).err).contains("FORBIDDEN_SCOPE");
    }

    @Test
    void another_accounts_job_is_none_and_what_is_typed_wrong_is_said() throws Exception {
        String foreign = OPERATOR.tenant("other").deposit("10").submit(SharedServer.name("foreign"));

        assertThat(pithead("job", "status", foreign).expect(1).err)
                .contains("JOB_NOT_FOUND")
                .contains("next: ");
        assertThat(pithead("job", "status", "7").expect(2).err).contains("Invalid value");
        assertThat(pithead("job").expect(2).err).contains("which command?").contains("submit");
        assertThat(pithead("whoami", "--url", "http://127.0.0.1:1").expect(2).err)
                .contains("no key");
        assertThat(pithead("admin", "stats", "--url", "http://127.0.0.1:1").expect(3).err)
                .contains("does not answer");
        assertThat(pithead("completion", "bash").expect(0).out).contains("_complete_pithead");
    }
}
