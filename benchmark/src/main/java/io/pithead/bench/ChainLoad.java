package io.pithead.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What one key sends, and how fast what happened is read again, on a server with a development chain of its own. */
final class ChainLoad {
    private static final long CHAIN = 31_337;
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final long PAUSE_MILLIS = 50;
    /** As many blocks to a question as the development chain's own setting has. */
    private static final int RANGE = 10_000;

    private final Server server;

    ChainLoad(Server server) {
        this.server = server;
    }

    /** @param limit what the same takes without us */
    record Result(double perSecond, double limit, String note) {}

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, SQLException;
    }

    /** Waits for the contracts. */
    void open() throws IOException, InterruptedException, SQLException {
        await(
                "the contracts",
                () -> !Network.json(get("/v1/chains")).at("/chains/0/contracts").isEmpty());
        await("the chain to be read", () -> lag() == 0 && state().hasNonNull("finalised"));
    }

    /**
     * From the moment when all are asked for until all are in blocks: signed, written down, sent and followed. Each issues a
     * token, so that it leaves an event.
     */
    Result transactions(int count) throws IOException, InterruptedException, SQLException {
        try (Connection admin = server.client().connect()) {
            admin.exchange(server.client()
                            .post(
                                    "/v1/admin/chain/" + CHAIN + "/tokens",
                                    server.adminKey(),
                                    Json.text(Map.of("to", "0x" + "11".repeat(20), "amount", "0.000001"))))
                    .orThrow();
        }
        long before = System.nanoTime();
        try (var database = server.database("pithead");
                var insert = database.prepareStatement(
                        "insert into chain_transaction (id, chain_id, sender, purpose, target, value, data)"
                                + " select gen_random_uuid(), chain_id, sender, 'bench/' || n, target, value, data"
                                + " from (select * from chain_transaction where purpose like 'operator/%' limit 1) one,"
                                + " generate_series(1, ?) n")) {
            insert.setInt(1, count);
            insert.executeUpdate();
        }
        await(
                "the transactions",
                () -> number("select count(*) from chain_transaction where purpose like 'bench/%'"
                                + " and state in ('ASKED', 'SIGNED')")
                        == 0);
        double seconds = (System.nanoTime() - before) / 1e9;
        return new Result(
                count / seconds,
                signaturesPerSecond(),
                String.format(
                        Locale.ROOT,
                        "%,d transactions of one key in %.1f s; limit: signatures of one core",
                        count,
                        seconds));
    }

    private static double signaturesPerSecond() {
        WalletKey key = WalletKey.generate(new SecureRandom());
        byte[] digest = Keccak.digest(new byte[] {1});
        long signed = 0;
        // the first second compiles
        for (int second = 0; second < 3; second++) {
            signed = 0;
            long end = System.nanoTime() + 1_000_000_000L;
            while (System.nanoTime() < end) {
                digest = Keccak.digest(key.sign(digest).bytes());
                signed++;
            }
        }
        return signed;
    }

    /** From the order to read all again until all is read: events and what they add up to. */
    Result indexer() throws IOException, InterruptedException, SQLException {
        await("the chain to be read", () -> lag() == 0);
        long events = number("select count(*) from chain_event");
        double plain = events / secondsToRead();
        long before = System.nanoTime();
        try (Connection admin = server.client().connect()) {
            admin.exchange(server.client().post("/v1/admin/chain/" + CHAIN + "/reindex", server.adminKey(), "{}"))
                    .orThrow();
        }
        await("the chain to be read again", () -> number("select count(*) from chain_event") >= events);
        double seconds = (System.nanoTime() - before) / 1e9;
        return new Result(
                events / seconds,
                plain,
                String.format(
                        Locale.ROOT,
                        "%,d events in %.1f s; limit: the same logs asked of the node and thrown away",
                        events,
                        seconds));
    }

    /** The chain's logs, as the indexer asks for them. */
    private double secondsToRead() throws IOException, InterruptedException {
        JsonNode chain = tree(Files.readAllBytes(server.data().resolve("chain/chains.json")))
                .at("/chains/0");
        URI node = URI.create(chain.at("/rpc/0").asText());
        List<String> addresses = chain.path("contracts")
                .valueStream()
                .map(contract -> contract.path("address").asText())
                .toList();
        long from = chain.path("deploy_block").asLong();
        long head = Long.decode(call(node, "eth_blockNumber", List.of()).asText());
        long before = System.nanoTime();
        for (long at = from; at <= head; at += RANGE) {
            call(
                    node,
                    "eth_getLogs",
                    List.of(Map.of(
                            "fromBlock",
                            "0x" + Long.toHexString(at),
                            "toBlock",
                            "0x" + Long.toHexString(Math.min(head, at + RANGE - 1)),
                            "address",
                            addresses)));
        }
        return (System.nanoTime() - before) / 1e9;
    }

    private static JsonNode call(URI node, String method, List<?> params) throws IOException, InterruptedException {
        byte[] body = Json.write(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", params));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(node)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            JsonNode result = tree(answer.body()).get("result");
            if (result == null) {
                throw new IOException(
                        method + ": " + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
            }
            return result;
        }
    }

    private static JsonNode tree(byte[] json) throws IOException {
        try {
            return Json.tree(json);
        } catch (InvalidPayloadException e) {
            throw new IOException(e);
        }
    }

    private JsonNode state() throws IOException {
        return Network.json(get("/v1/admin/chain")).at("/chains/0");
    }

    private long lag() throws IOException {
        return state().path("lag_blocks").asLong(-1);
    }

    private Answer get(String path) throws IOException {
        try (Connection admin = server.client().connect()) {
            return admin.exchange(server.client().get(path, server.adminKey())).orThrow();
        }
    }

    private long number(String sql) throws IOException, SQLException {
        try (var database = server.database("pithead");
                var statement = database.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException, SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(what + ": not within " + LIMIT.toMinutes() + " minutes");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
