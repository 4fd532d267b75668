package io.pithead.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A buyer with money and a provider, made once per run by the admin API, and the nodes they need. */
final class Network {
    static final String WORKLOAD = "sha256_chain";
    private static final int REQUESTS_PER_MINUTE = 100_000_000;
    private static final BigDecimal FUNDS_MINOR = new BigDecimal("1000000000000000000");
    private static final int REGISTERING_CLIENTS = 32;

    private final Server server;
    private final String buyerKey;
    private final String minerKey;

    private Network(Server server, String buyerKey, String minerKey) {
        this.server = server;
        this.buyerKey = buyerKey;
        this.minerKey = minerKey;
    }

    static Network create(Server server) throws IOException, SQLException {
        try (Connection admin = server.client().connect()) {
            String buyer = account(server, admin, "bench buyer");
            String provider = account(server, admin, "bench provider");
            fund(server, buyer);
            return new Network(server, key(server, admin, buyer, "buyer"), key(server, admin, provider, "miner"));
        }
    }

    private static String account(Server server, Connection admin, String name) throws IOException {
        return member(call(server, admin, "/v1/admin/accounts", Map.of("name", name)), "id");
    }

    private static String key(Server server, Connection admin, String account, String scope) throws IOException {
        return member(
                call(
                        server,
                        admin,
                        "/v1/admin/keys",
                        Map.of("account", account, "scope", scope, "requests_per_minute", REQUESTS_PER_MINUTE)),
                "key");
    }

    private static Answer call(Server server, Connection admin, String path, Map<String, Object> body)
            throws IOException {
        return admin.exchange(server.client().post(path, server.adminKey(), Json.text(body)))
                .orThrow();
    }

    /** Straight into the ledger: how a deposit is approved is not what is measured. */
    private static void fund(Server server, String buyer) throws IOException, SQLException {
        try (var database = server.database("pithead");
                var pots = database.prepareStatement("insert into ledger_account (account_id, pot)"
                        + " select ?::uuid, pot from unnest(array['AVAILABLE', 'RESERVED', 'PENDING']) pot"
                        + " on conflict do nothing");
                var entry = database.prepareStatement("insert into ledger_entry (id, debit, credit, amount, reason)"
                        + " select ?, (select id from ledger_account where pot = 'EXTERNAL'), id, ?, 'DEPOSIT'"
                        + " from ledger_account where account_id = ?::uuid and pot = 'AVAILABLE'")) {
            pots.setString(1, buyer);
            pots.executeUpdate();
            entry.setObject(1, Ids.next(Instant.now()));
            entry.setBigDecimal(2, FUNDS_MINOR);
            entry.setString(3, buyer);
            entry.executeUpdate();
        }
    }

    Server server() {
        return server;
    }

    Client client() {
        return server.client();
    }

    /** For miners of the bench's provider. */
    Entry entry() {
        return new Entry(server.url(), server.certificate(), minerKey);
    }

    byte[] get(String path) {
        return client().get(path, buyerKey);
    }

    byte[] delete(String path) {
        return client().delete(path, buyerKey);
    }

    byte[] post(String path, String body) {
        return client().post(path, path.startsWith("/v1/jobs") || path.equals("/tasks") ? buyerKey : minerKey, body);
    }

    byte[] next(String miner, int slots, Duration wait) {
        return client().get(
                        "/v1/miner/next?miner=" + miner + "&wait=" + wait.toSeconds()
                                + (slots == 1 ? "&slots=1" : "&batch=true&slots=" + slots),
                        minerKey);
    }

    /** Registers miners {@code prefix0}, {@code prefix1}, … as our own miner does. */
    void register(String prefix, int count, int concurrency) throws IOException, InterruptedException {
        var next = new AtomicInteger();
        var failures = new ConcurrentLinkedQueue<IOException>();
        try (var threads = java.util.concurrent.Executors.newFixedThreadPool(REGISTERING_CLIENTS)) {
            for (int i = 0; i < REGISTERING_CLIENTS; i++) {
                threads.execute(() -> {
                    try (Connection connection = client().connect()) {
                        for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                            connection
                                    .exchange(post("/v1/miner/register", capabilities(prefix + n, concurrency)))
                                    .orThrow();
                        }
                    } catch (IOException e) {
                        failures.add(e);
                    }
                });
            }
        }
        IOException first = failures.peek();
        if (first != null) {
            throw first;
        }
    }

    private static String capabilities(String miner, int concurrency) {
        return Json.text(Map.of(
                "miner_id",
                miner,
                "mode",
                "cpu",
                "gpu",
                false,
                "concurrency",
                concurrency,
                "workloads",
                new String[] {WORKLOAD},
                "limits",
                Map.of("ram_mb", 4096),
                "renews",
                true));
    }

    static JsonNode json(Answer answer) throws IOException {
        try {
            return Json.tree(answer.body());
        } catch (InvalidPayloadException e) {
            throw new IOException(e);
        }
    }

    private static String member(Answer answer, String name) throws IOException {
        return json(answer).path(name).asText();
    }
}
