package io.pithead.miner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.signing.Ed25519;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Cli.build()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int runWithoutFile(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--config=/dev/null");
        return run(all.toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        assertThat(out.toString().strip().lines()).hasSize(1);
        return Json.tree(out.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void version_is_said_to_people_and_to_programs() throws Exception {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).startsWith("pithead-miner ").doesNotContain("unknown", "\u001b");
        assertThat(run("version", "--json")).isZero();
        assertThat(json().path("version").asText()).isNotBlank();
    }

    @Test
    void wrong_usage_is_code_two() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("mine")).isEqualTo(2);
        assertThat(run("receipt")).isEqualTo(2);
        assertThat(run("receipt", "verify")).isEqualTo(2);
        assertThat(run("status", "--api-key=secret")).isEqualTo(2);
        assertThat(run("--help")).isZero();
    }

    @Test
    void all_wrong_settings_are_listed_at_once() throws Exception {
        assertThat(runWithoutFile("run", "--max-concurrency=0", "--accel-mode=tpu", "--work-dir=x"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("pithead-miner: "))
                .anyMatch(line -> line.contains("COORD_URL"))
                .anyMatch(line -> line.contains("API_KEY"));
        assertThat(runWithoutFile("run", "--json", "--max-concurrency=0")).isEqualTo(2);
        assertThat(json().path("problems")).hasSize(3);
    }

    @Test
    void status_of_a_folder_without_an_agent_is_code_one() throws Exception {
        assertThat(runWithoutFile("status", "--work-dir=" + temp)).isEqualTo(1);
        assertThat(out.toString()).contains("no miner runs");
        assertThat(runWithoutFile("status", "--json", "--work-dir=" + temp)).isEqualTo(1);
        assertThat(json().path("running").asBoolean(true)).isFalse();
    }

    @Test
    void the_wallet_is_shown_or_the_reason_why_not() throws Exception {
        Path key = Files.writeString(temp.resolve("key"), TestCoordinator.KEY);
        try (var coordinator = new TestCoordinator()) {
            String url = "--coord-url=" + coordinator.url();
            assertThat(runWithoutFile("wallet", url, "--api-key-file=" + key)).isZero();
            assertThat(out.toString())
                    .contains("balance  1.5 PIT", "pending  0.5 PIT, the next of it until 2026-11-02T12:00:00Z");
            assertThat(runWithoutFile("wallet", "--json", url, "--api-key-file=" + key))
                    .isZero();
            assertThat(json().path("wallet").path("balance").asText()).isEqualTo("1.5");
            assertThat(runWithoutFile("wallet", "balance", url, "--api-key-file=" + key))
                    .isZero();
            assertThat(out.toString())
                    .contains("balance  1.5 PIT", "pending  0.5 PIT, the next of it until 2026-11-02T12:00:00Z");
            Files.writeString(key, "another-key");
            assertThat(runWithoutFile("wallet", url, "--api-key-file=" + key)).isEqualTo(1);
            assertThat(err.toString()).contains("401 UNAUTHORIZED_KEY").doesNotContain("another-key");
        }
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void a_wallet_is_made_once_and_shown_to_whoever_has_its_password() throws Exception {
        String file = "--wallet-file=" + temp.resolve("keys/wallet.json");
        String password = "--wallet-password-file=" + secret("password", "correct horse\n");
        assertThat(runWithoutFile("wallet", "create", "--json", file, password)).isZero();
        String address = json().path("address").asText();
        assertThat(address).matches("0x[0-9a-fA-F]{40}");
        String stored = Files.readString(temp.resolve("keys/wallet.json"));
        assertThat(stored.toLowerCase(Locale.ROOT))
                .contains(address.substring(2).toLowerCase(Locale.ROOT));

        assertThat(runWithoutFile("wallet", "show", file, password)).isZero();
        assertThat(out.toString())
                .contains("address     " + address, "public key  0x0")
                .doesNotContain("correct");
        assertThat(runWithoutFile("wallet", "show", "--json", file, password)).isZero();
        assertThat(json().path("address").asText()).isEqualTo(address);
        assertThat(json().path("public_key").asText()).matches("0x0[23][0-9a-f]{64}");

        assertThat(runWithoutFile("wallet", "create", file, password)).isEqualTo(1);
        assertThat(err.toString()).contains("never overwritten");
        assertThat(temp.resolve("keys/wallet.json")).hasContent(stored);
        assertThat(runWithoutFile("wallet", "show", file, "--wallet-password-file=" + secret("other", "wrong horse")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("password").doesNotContain("wrong horse");
    }

    @Test
    void a_wallet_or_a_password_that_others_may_read_is_refused() throws Exception {
        String file = "--wallet-file=" + temp.resolve("wallet.json");
        Path password = secret("password", "correct horse");
        assertThat(runWithoutFile("wallet", "create", file, "--wallet-password-file=" + password))
                .isZero();
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(runWithoutFile("wallet", "show", file, "--wallet-password-file=" + password))
                .isEqualTo(2);
        assertThat(err.toString()).contains("chmod 600 " + password);
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(temp.resolve("wallet.json"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(runWithoutFile("wallet", "show", file, "--wallet-password-file=" + password))
                .isEqualTo(1);
        assertThat(err.toString()).contains("chmod 600 " + temp.resolve("wallet.json"));
    }

    @Test
    void no_wallet_is_made_without_a_good_password() throws Exception {
        String file = "--wallet-file=" + temp.resolve("wallet.json");
        assertThat(runWithoutFile("wallet", "create", file)).isEqualTo(2);
        assertThat(err.toString()).contains("WALLET_PASSWORD_FILE");
        assertThat(runWithoutFile("wallet", "create", file, "--wallet-password-file=" + secret("short", "1234567\n")))
                .isEqualTo(1);
        assertThat(runWithoutFile("wallet", "create", file, "--wallet-password=correct horse"))
                .isEqualTo(2);
        assertThat(temp.resolve("wallet.json")).doesNotExist();
        assertThat(runWithoutFile(
                        "wallet", "show", "--json", file, "--wallet-password-file=" + secret("p", "12345678")))
                .isEqualTo(1);
        assertThat(json().path("problems")).hasSize(1);
    }

    @Test
    void the_stakes_key_has_a_file_of_its_own() throws Exception {
        String work = "--work-dir=" + temp;
        String password = "--stake-password-file=" + secret("password", "correct horse");
        assertThat(runWithoutFile("wallet", "create", "--stake", "--json", work, password))
                .isZero();
        String address = json().path("address").asText();
        assertThat(temp.resolve("stake.json")).exists();
        assertThat(temp.resolve("wallet.json")).doesNotExist();
        assertThat(runWithoutFile("wallet", "show", "--stake", "--json", work, password))
                .isZero();
        assertThat(json().path("address").asText()).isEqualTo(address);
        assertThat(runWithoutFile("wallet", "show", "--stake", work)).isEqualTo(2);
        assertThat(err.toString()).contains("STAKE_PASSWORD_FILE");
    }

    @Test
    void commands_on_the_chain_want_a_chain_and_an_amount_that_is_one() throws Exception {
        String work = "--work-dir=" + temp;
        for (String command : List.of("register", "claim", "deregister")) {
            assertThat(runWithoutFile(command, work)).as(command).isEqualTo(2);
            assertThat(err.toString()).contains("CHAIN_RPC is required");
        }
        assertThat(runWithoutFile("stake", work)).isEqualTo(2);
        assertThat(runWithoutFile("unstake", work)).isEqualTo(2);
        assertThat(runWithoutFile("unstake", "5", "--all", work)).isEqualTo(2);
        assertThat(runWithoutFile("stake", "5", "--chain-rpc=https://x.example.net", work))
                .as("such a URL holds a key")
                .isEqualTo(2);
        assertThat(runWithoutFile("wallet", "payout", work)).isEqualTo(2);
    }

    private static PublicKeys keys(KeyPair key) {
        return new PublicKeys(
                "c",
                List.of(new PublicKeys.Key(
                        "k1",
                        Ed25519.ALG,
                        Ed25519.base64Url(Ed25519.raw(key.getPublic())),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        null)));
    }

    private static Receipt receipt(KeyPair key) {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        var unsigned = new Receipt(
                1,
                UUID.randomUUID(),
                UUID.randomUUID(),
                "p",
                "c",
                "1",
                "job",
                "0.5",
                null,
                null,
                at,
                at,
                0,
                "a".repeat(64),
                "c",
                "n",
                null,
                Map.of(),
                null,
                null);
        return Receipts.sign(unsigned, "k1", key.getPrivate());
    }

    private Path file(String name, Object content) throws IOException {
        return Files.write(temp.resolve(name), Json.write(content));
    }

    @Test
    void a_good_receipt_is_good_alone_and_inside_an_answer() throws Exception {
        KeyPair key = Ed25519.generate();
        String keys = "--keys=" + file("keys", keys(key));
        Receipt receipt = receipt(key);
        assertThat(run("receipt", "verify", file("r", receipt).toString(), keys))
                .isZero();
        assertThat(out.toString()).startsWith("good: receipt " + receipt.receiptId());
        String answer = file("a", Map.of("receipt", receipt)).toString();
        assertThat(run("receipt", "verify", answer, keys, "--json")).isZero();
        assertThat(json().path("valid").asBoolean()).isTrue();
    }

    @Test
    void a_changed_receipt_and_one_of_another_key_are_bad() throws Exception {
        KeyPair key = Ed25519.generate();
        String keys = "--keys=" + file("keys", keys(key));
        ObjectNode changed = (ObjectNode) Json.toTree(receipt(key));
        changed.put("price", "5000");
        assertThat(run("receipt", "verify", file("changed", changed).toString(), keys))
                .isEqualTo(1);
        assertThat(out.toString()).contains("does not match");
        Receipt foreign = receipt(Ed25519.generate());
        assertThat(run("receipt", "verify", file("foreign", foreign).toString(), keys))
                .isEqualTo(1);
    }

    @Test
    void what_is_no_receipt_at_all_is_said_to_be_so() throws Exception {
        String keys = "--keys=" + file("keys", keys(Ed25519.generate()));
        assertThat(run("receipt", "verify", file("empty", Map.of()).toString(), keys))
                .isEqualTo(1);
        assertThat(run(
                        "receipt",
                        "verify",
                        Files.writeString(temp.resolve("text"), "hi").toString(),
                        keys))
                .isEqualTo(2);
        assertThat(run("receipt", "verify", temp.resolve("none").toString(), keys))
                .isEqualTo(2);
    }

    @Test
    void keys_are_fetched_from_the_coordinator_when_no_file_is_given() throws Exception {
        try (var coordinator = new TestCoordinator()) {
            String foreign = file("foreign", receipt(Ed25519.generate())).toString();
            assertThat(runWithoutFile("receipt", "verify", foreign, "--coord-url=" + coordinator.url()))
                    .isEqualTo(1);
        }
        assertThat(runWithoutFile("receipt", "verify", file("r", Map.of()).toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("COORD_URL");
    }
}
