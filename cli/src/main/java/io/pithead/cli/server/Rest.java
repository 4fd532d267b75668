package io.pithead.cli.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pithead.cli.screen.Text;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.tls.Trust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The server's API. A request that got no answer is sent again as the same one, so that nothing is done twice. */
public final class Rest implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int TRIES = 3;
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_ANSWER = 64 * 1024 * 1024;
    private static final int UNAVAILABLE = 503;
    private static final int IN_FLIGHT = 409;

    private final Profile profile;
    private final HttpClient client;

    public Rest(Profile profile) throws UsageException {
        this.profile = profile;
        try {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .sslContext(Trust.context(profile.caFile()))
                    .build();
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    public static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public JsonNode get(String path) throws Refusal, IOException, InterruptedException {
        return call("GET", path, null);
    }

    public JsonNode delete(String path) throws Refusal, IOException, InterruptedException {
        return call("DELETE", path, null);
    }

    public JsonNode post(String path, Object body) throws Refusal, IOException, InterruptedException {
        return call("POST", path, Json.text(body));
    }

    private JsonNode call(String method, String path, @Nullable String body)
            throws Refusal, IOException, InterruptedException {
        HttpRequest.Builder request = request(path).timeout(ANSWER);
        if (method.equals("POST")) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        for (int left = TRIES; ; left--) {
            try {
                return document(send(request.build()));
            } catch (Refusal e) {
                // the first of the same requests is still at work, or the server says to come again
                boolean again = e.status() == UNAVAILABLE
                        || e.status() == IN_FLIGHT && !e.retryAfter().isZero();
                if (!again || left <= 1) {
                    throw e;
                }
                Thread.sleep(e.retryAfter().compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : e.retryAfter());
            } catch (IOException e) {
                if (left <= 1) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(URI.create(profile.url() + path)).header("Accept", "application/json");
        profile.key().ifPresent(key -> builder.header("Authorization", "Bearer " + key));
        return builder;
    }

    /** The body may be open-ended. */
    private HttpResponse<InputStream> send(HttpRequest request) throws Refusal, IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response;
        }
        throw refusal(response);
    }

    private static Refusal refusal(HttpResponse<InputStream> response) throws IOException {
        JsonNode error = MissingNode.getInstance();
        try {
            error = Json.tree(body(response)).path("error");
        } catch (InvalidPayloadException e) {
            // something else answered: a proxy, or another server; the status has to do
        }
        int status = response.statusCode();
        return new Refusal(
                status,
                error.path("code").asText("HTTP_" + status),
                Text.plain(error.path("message").asText("The server answered " + status + ".")),
                error.path("details"),
                response.headers().firstValue("X-Request-Id").orElse(null),
                seconds(response.headers().firstValue("Retry-After")));
    }

    private static Duration seconds(Optional<String> retryAfter) {
        return retryAfter
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    private static JsonNode document(HttpResponse<InputStream> response) throws IOException {
        byte[] body = body(response);
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return Json.tree(body);
        } catch (InvalidPayloadException e) {
            throw new IOException("what answers there is no Pithead server");
        }
    }

    private static byte[] body(HttpResponse<InputStream> response) throws IOException {
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(MAX_ANSWER + 1);
            if (body.length > MAX_ANSWER) {
                throw new IOException("the answer is longer than any of a Pithead server");
            }
            return body;
        }
    }

    /** Text as it is. */
    public String text(String path) throws Refusal, IOException, InterruptedException {
        return new String(
                body(send(request(path)
                        .setHeader("Accept", "text/plain")
                        .timeout(ANSWER)
                        .build())),
                StandardCharsets.UTF_8);
    }

    /** Takes one event. @return false when that was the last one wanted */
    public interface Events {
        boolean take(JsonNode data);
    }

    /**
     * Server-sent events until the stream or the taker ends. A connection that breaks is opened again where it was.
     *
     * @return false when the server does not come back
     */
    public boolean events(String path, Events events) throws Refusal, IOException, InterruptedException {
        String last = "";
        for (int left = TRIES; left > 0; left--) {
            HttpRequest.Builder request = request(path).setHeader("Accept", "text/event-stream");
            if (!last.isEmpty()) {
                request.header("Last-Event-ID", last);
            }
            try (var lines = new BufferedReader(
                    new InputStreamReader(send(request.build()).body(), StandardCharsets.UTF_8))) {
                String id = last;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = line.substring("id: ".length());
                    } else if (line.startsWith("data: ")) {
                        if (!events.take(tree(line.substring("data: ".length())))) {
                            return true;
                        }
                        last = id;
                        left = TRIES;
                    }
                }
                return true;
            } catch (Refusal e) {
                if (e.status() != UNAVAILABLE) {
                    throw e;
                }
            } catch (IOException e) {
                if (left == 1) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE);
        }
        return false;
    }

    private static JsonNode tree(String data) throws IOException {
        try {
            return Json.tree(data.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidPayloadException e) {
            throw new IOException("an event that is none of a Pithead server's");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
