package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A node that is registered on a server's development chain, and who has staked for it. */
record StakedNode(WalletKey key, String owner) {
    static final String PASSWORD = "correct horse battery staple";
    // as the contract numbers them
    static final int VALIDATED = 2;
    static final int EJECTED = 5;

    private static final Duration SOON = Duration.ofSeconds(180);
    private static final Duration COMMAND = Duration.ofSeconds(120);
    private static final SecureRandom RANDOM = new SecureRandom();

    String address() {
        return key.address().text();
    }

    int state(PitheadProcess coordinator) {
        return Evm.of(coordinator.data())
                .number("ComputeNodes", "stateOf(address)", address())
                .intValue();
    }

    /** They are deployed while the server starts. */
    static void awaitContracts(PitheadProcess coordinator) {
        coordinator
                .server()
                .await(
                        "the contracts",
                        SOON,
                        () -> !Api.open(coordinator.http())
                                .get("/v1/chains")
                                .expect(200)
                                .body()
                                .at("/chains/0/contracts")
                                .isEmpty());
    }

    /** By the miner's own command, as an owner does it. */
    static StakedNode register(String name, Path temp, Operator operator, PitheadProcess coordinator) throws Exception {
        Path folder = Files.createDirectories(temp.resolve(name));
        WalletKey node = WalletKey.generate(RANDOM);
        WalletKey stake = WalletKey.generate(RANDOM);
        KeyFile.create(folder.resolve("wallet.json"), node, PASSWORD.toCharArray(), RANDOM);
        KeyFile.create(folder.resolve("stake.json"), stake, PASSWORD.toCharArray(), RANDOM);
        String password = secret(folder, "password", PASSWORD).toString();
        Evm evm = Evm.of(coordinator.data());
        evm.fund(stake.address().text());
        order(operator, "/tokens", Map.of("to", stake.address().text(), "amount", "1000"));
        Server.run(
                "register-" + name,
                COMMAND,
                Map.of(
                        "COORD_URL", coordinator.http().toString(),
                        "API_KEY",
                                operator.client(operator.account(name), "miner").key(),
                        "MINER_ID", name,
                        "WORK_DIR", folder.toString(),
                        "WALLET_PASSWORD_FILE", password,
                        "STAKE_PASSWORD_FILE", password,
                        "CHAIN_RPC", evm.url().toString()),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "register",
                        "--yes",
                        "--config",
                        "/dev/null",
                        "--json"));
        order(operator, "/providers/" + stake.address().text() + "/whitelist", Map.of());
        return new StakedNode(node, stake.address().text());
    }

    /** A file that nobody else reads. */
    static Path secret(Path folder, String name, String text) throws IOException {
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    /** What an operator has done on the chain; when this returns it is. */
    static void order(Operator operator, String path, Map<String, ?> body) {
        awaitDone(operator, path, ordered(operator, path, body));
    }

    static String ordered(Operator operator, String path, Map<String, ?> body) {
        return operator.api()
                .post("/v1/admin/chain/" + Evm.CHAIN + path, body)
                .expect(202)
                .body()
                .get("id")
                .asText();
    }

    static void awaitDone(Operator operator, String path, String id) {
        Await.until(path, SOON, () -> {
            JsonNode order = operator.api()
                    .get("/v1/admin/chain/" + Evm.CHAIN + "/transactions/" + id)
                    .expect(200)
                    .body();
            assertThat(order.path("error").asText("")).isEmpty();
            return order.get("state").asText().equals("DONE");
        });
    }
}
