package io.pithead.bench;

import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.RecoverableSignature;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Signed requests at the edge of the registry: a node reads what is known of it. Each is signed before the time is taken, has a
 * nonce of its own and costs the server a recovery and a row.
 */
final class Verifications {
    /** As the measured server's settings have it. */
    static final String AUDIENCE = "https://bench.example";
    /** Of no configured chain, so that the operator may tell the registry what it would say. */
    private static final long CHAIN = 424_242;

    private static final int CLIENTS = 16;
    private static final byte[] NO_BODY = {};

    private final Server server;
    private final SecureRandom random = new SecureRandom();
    private final WalletKey node = WalletKey.generate(random);

    Verifications(Server server) {
        this.server = server;
    }

    /** So many requests, and the processor time they took. */
    record Result(double perSecond, double limit, String cpuEach) {}

    /** @param count requests that are measured */
    Result measure(int count) throws IOException, InterruptedException {
        prepare();
        run(sign(count / 4));
        ConcurrentLinkedQueue<byte[]> requests = sign(count);
        Cpu before = server.cpu();
        double seconds = run(requests);
        return new Result(
                count / seconds,
                recoveriesPerSecond(),
                server.cpu().since(before).each(count));
    }

    private void prepare() throws IOException {
        WalletKey manager = WalletKey.generate(random);
        WalletKey provider = WalletKey.generate(random);
        UUID run = UUID.randomUUID();
        put(
                "runs/" + run,
                Map.of(
                        "chain",
                        CHAIN,
                        "owner",
                        manager.address().text(),
                        "manager_key",
                        manager.publicKey().text(),
                        "requirements",
                        "",
                        "open",
                        true));
        put(
                "providers/" + provider.address().text(),
                Map.of(
                        "chain",
                        CHAIN,
                        "whitelisted",
                        true,
                        "blacklisted",
                        false,
                        "nodes",
                        List.of(Map.of(
                                "address",
                                node.address().text(),
                                "validated",
                                true,
                                "active",
                                true,
                                "blacklisted",
                                false))));
        String path = "/v1/discovery/nodes";
        byte[] body = Json.write(Map.of("run", run, "hardware", Map.of("ram_mb", 4_096)));
        try (Connection connection = server.client().connect()) {
            connection
                    .exchange(server.client().signed("PUT", path, signature("PUT", path, body), body))
                    .orThrow();
        }
    }

    private void put(String path, Map<String, ?> facts) throws IOException {
        try (Connection admin = server.client().connect()) {
            admin.exchange(server.client().put("/v1/admin/discovery/" + path, server.adminKey(), Json.text(facts)))
                    .orThrow();
        }
    }

    private String signature(String method, String path, byte[] body) {
        byte[] nonce = new byte[SignedRequest.NONCE_BYTES];
        random.nextBytes(nonce);
        var terms = new SignedRequest.Terms(CHAIN, AUDIENCE, nonce, Instant.now(), Duration.ofMinutes(4));
        return SignedRequest.sign(node, method, path, body, terms).header();
    }

    private ConcurrentLinkedQueue<byte[]> sign(int count) {
        String path = "/v1/discovery/nodes/" + node.address().text();
        var requests = new ConcurrentLinkedQueue<byte[]>();
        IntStream.range(0, count)
                .parallel()
                .forEach(i ->
                        requests.add(server.client().signed("GET", path, signature("GET", path, NO_BODY), NO_BODY)));
        return requests;
    }

    private double run(ConcurrentLinkedQueue<byte[]> requests) throws IOException, InterruptedException {
        long before = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Object>> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> threads.submit(() -> {
                        try (Connection connection = server.client().connect()) {
                            for (byte[] next = requests.poll(); next != null; next = requests.poll()) {
                                connection.exchange(next).orThrow();
                            }
                        }
                        return new Object();
                    }))
                    .toList();
            for (Future<Object> client : clients) {
                client.get();
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("signed requests", e.getCause());
        }
        return (System.nanoTime() - before) / 1e9;
    }

    /** All that is left when there is no server: keys recovered on every core. */
    private double recoveriesPerSecond() throws InterruptedException {
        byte[] digest = Keccak.digest(AUDIENCE.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        RecoverableSignature signature = node.sign(digest);
        int cores = Runtime.getRuntime().availableProcessors();
        double perSecond = 0;
        // the first round compiles
        for (int round = 0; round < 2; round++) {
            var done = new java.util.concurrent.atomic.LongAdder();
            long end = System.nanoTime() + 2_000_000_000L;
            try (var threads = Executors.newFixedThreadPool(cores)) {
                for (int i = 0; i < cores; i++) {
                    threads.execute(() -> {
                        while (System.nanoTime() < end) {
                            if (signature.signer(digest).isPresent()) {
                                done.increment();
                            }
                        }
                    });
                }
            }
            perSecond = done.sum() / 2.0;
        }
        return perSecond;
    }
}
