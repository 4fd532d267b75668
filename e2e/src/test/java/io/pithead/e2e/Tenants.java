package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A buyer, a provider and a stranger of their own for one test class, and the calls whose bytes and headers matter. */
final class Tenants {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final Key buyer;
    final Key miner;
    final Key stranger;
    private final URI origin;
    private final Key admin;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final String minerId = "m-" + UUID.randomUUID();

    /** A key and its id; the text is not printed. */
    record Key(String id, String account, String text) {
        @Override
        public String toString() {
            return id;
        }
    }

    /** An attempt that the miner holds. */
    record Held(String job, long lease) {}

    Tenants(PitheadProcess pithead) {
        this(pithead.http(), pithead.data());
    }

    /** @param data of the server whose start wrote the admin key */
    Tenants(URI origin, Path data) {
        this.origin = origin;
        try {
            admin = new Key("", "", Files.readString(data.resolve("admin.key")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buyer = issue(account("buyer"), "buyer");
        miner = issue(account("provider"), "miner");
        stranger = issue(account("stranger"), "buyer");
    }

    Key issue(String account, String scope) {
        JsonNode made = json(post(admin, "/v1/admin/keys", Map.of("account", account, "scope", scope)));
        return new Key(made.get("id").asText(), account, made.get("key").asText());
    }

    void revoke(Key key) {
        post(admin, "/v1/admin/keys/" + key.id() + "/revoke", Map.of());
    }

    private String account(String name) {
        return json(post(admin, "/v1/admin/accounts", Map.of("name", name)))
                .get("id")
                .asText();
    }

    /** Submits a job that nobody but this tenant's miner can take. */
    String submit(Map<String, ?> more) {
        var request = new HashMap<String, Object>(more);
        request.put("workload", workload());
        request.putIfAbsent("params", Map.of());
        request.put("price", "0");
        return json(post(buyer, "/v1/jobs", request)).get("id").asText();
    }

    /** Submits a job and takes it. */
    Held lease(Map<String, ?> more) {
        String job = submit(more);
        post(
                miner,
                "/v1/miner/register",
                Map.of(
                        "miner_id",
                        minerId,
                        "mode",
                        "cpu",
                        "gpu",
                        false,
                        "concurrency",
                        16,
                        "renews",
                        true,
                        "workloads",
                        List.of(workload()),
                        "limits",
                        Map.of("ram_mb", 1024)));
        JsonNode[] offer = new JsonNode[1];
        Await.until("the job", LIMIT, () -> {
            HttpResponse<byte[]> next = get(miner, "/v1/miner/next?slots=1&wait=5&miner=" + minerId);
            offer[0] = next.statusCode() == 200 ? json(next) : null;
            return offer[0] != null;
        });
        return new Held(job, offer[0].get("lease").asLong());
    }

    private String workload() {
        return "w-" + minerId.substring(2);
    }

    HttpResponse<byte[]> prove(Held held, List<Map<String, ?>> artifacts) {
        String output = "done";
        return post(
                miner,
                "/v1/miner/proof",
                Map.of(
                        "id", held.job(),
                        "lease", held.lease(),
                        "mode", "cpu",
                        "output", output,
                        "output_sha", Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)),
                        "metrics", Map.of(),
                        "artifacts", artifacts));
    }

    HttpResponse<byte[]> get(Key key, String path, String... headers) {
        return send(request(key, path, headers).GET());
    }

    /** Reads a stream of events line by line on a thread of its own, which ends with the stream. */
    Thread stream(Key key, String path, Consumer<String> lines) {
        HttpRequest request =
                request(key, path, "Accept", "text/event-stream").GET().build();
        return Thread.ofVirtual().start(() -> {
            try (Stream<String> body =
                    client.send(request, BodyHandlers.ofLines()).body()) {
                body.forEach(lines);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    HttpResponse<byte[]> head(Key key, String path) {
        return send(request(key, path).method("HEAD", BodyPublishers.noBody()));
    }

    HttpResponse<byte[]> put(Key key, String path, byte[] body, String... headers) {
        return send(request(key, path, headers).PUT(BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<byte[]> post(Key key, String path, Map<String, ?> body) {
        return send(request(key, path, "Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body))));
    }

    HttpRequest.Builder request(Key key, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(origin.resolve(path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + key.text());
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpClient client() {
        return client;
    }

    URI origin() {
        return origin;
    }

    static JsonNode json(HttpResponse<byte[]> answer) {
        try {
            return Json.tree(answer.body());
        } catch (Exception e) {
            throw new AssertionError(answer.statusCode() + " is not JSON", e);
        }
    }

    static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
