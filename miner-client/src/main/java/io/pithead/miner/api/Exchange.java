package io.pithead.miner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.miner.config.Secret;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.tls.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one request and waits for one bounded answer. Safe for many threads. */
final class Exchange implements AutoCloseable {
    static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_MESSAGE = 300;
    /** So long an answer may take after its first byte could have come. */
    private static final Duration BODY_TIME = Duration.ofSeconds(10);

    private final HttpClient client;
    private final boolean ends;
    private final URI base;
    private final Optional<Secret> key;
    private final InstantSource clock;

    Exchange(CoordinatorConfig coordinator, Optional<Secret> key, InstantSource clock) throws IOException {
        this(client(coordinator), true, coordinator, key, clock);
    }

    /** @param ends whether the client ends with this */
    Exchange(
            HttpClient client, boolean ends, CoordinatorConfig coordinator, Optional<Secret> key, InstantSource clock) {
        this.client = client;
        this.ends = ends;
        base = coordinator.url();
        this.key = key;
        this.clock = clock;
    }

    /** HTTP/1.1: an abandoned poll closes its connection, which tells the coordinator at once. */
    static HttpClient client(CoordinatorConfig coordinator) throws IOException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(Trust.context(coordinator.caFile()))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
        key.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret.text()));
        return builder;
    }

    /** The path that a request has on its way, which is what a signature is over. */
    String sentPath(String path) {
        return base.getRawPath() + path;
    }

    Instant now() {
        return clock.instant();
    }

    <T> Answer<T> call(HttpRequest.Builder request, Duration timeout, Reader<T> reader) {
        Instant sent = clock.instant();
        Answer<HttpResponse<byte[]>> answer = send(request, timeout, info -> new LimitedBody(MAX_ANSWER_BYTES));
        return switch (answer) {
            case Answer.Lost<HttpResponse<byte[]>> lost -> new Answer.Lost<>(lost.why());
            case Answer.Refused<HttpResponse<byte[]>> refused ->
                new Answer.Refused<>(refused.status(), refused.code(), refused.message(), refused.retryAfter());
            case Answer.Ok<HttpResponse<byte[]>> ok -> understand(ok.value(), sent, reader);
        };
    }

    /** The raw answer, whatever its status. */
    <B> Answer<HttpResponse<B>> send(
            HttpRequest.Builder request, Duration timeout, HttpResponse.BodyHandler<B> handler) {
        Instant sent = clock.instant();
        CompletableFuture<HttpResponse<B>> pending =
                client.sendAsync(request.timeout(timeout).build(), handler);
        try {
            HttpResponse<B> response = pending.get(timeout.plus(BODY_TIME).toMillis(), TimeUnit.MILLISECONDS);
            return new Answer.Ok<>(response, response.statusCode(), sent);
        } catch (ExecutionException e) {
            return new Answer.Lost<>(why(e.getCause() == null ? e : e.getCause()));
        } catch (TimeoutException e) {
            pending.cancel(true);
            return new Answer.Lost<>("no answer in time");
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            return new Answer.Lost<>("interrupted");
        }
    }

    private static <T> Answer<T> understand(HttpResponse<byte[]> response, Instant sent, Reader<T> reader) {
        int status = response.statusCode();
        if (status < 200 || status >= 300) {
            return refused(status, response.body(), response.headers().firstValue("Retry-After"));
        }
        try {
            return new Answer.Ok<>(reader.read(status, response.body()), status, sent);
        } catch (InvalidPayloadException | RuntimeException e) {
            return new Answer.Lost<>(
                    "an answer that is not the coordinator's: " + e.getClass().getSimpleName());
        }
    }

    static <T> Answer<T> refused(int status, byte[] body, Optional<String> retryAfter) {
        String code = "HTTP_" + status;
        String message = "";
        try {
            JsonNode error = Json.tree(body).path("error");
            code = error.path("code").asText(code);
            message = error.path("message").asText("");
        } catch (InvalidPayloadException e) {
            // something else answered: a proxy, or another server; the status has to do
        }
        return new Answer.Refused<>(status, plain(code), plain(message), seconds(retryAfter));
    }

    /** The text goes to logs and terminals: no control characters, no novel. */
    private static String plain(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > MAX_MESSAGE ? clean.substring(0, MAX_MESSAGE) : clean;
    }

    private static Duration seconds(Optional<String> retryAfter) {
        return retryAfter
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    private static String why(Throwable problem) {
        String message = problem.getMessage();
        return problem.getClass().getSimpleName() + (message == null ? "" : ": " + plain(message));
    }

    /** Turns a 2xx body into what the caller wants. */
    interface Reader<T> {
        T read(int status, byte[] body) throws InvalidPayloadException;
    }

    @Override
    public void close() {
        if (ends) {
            client.shutdownNow();
        }
    }
}
