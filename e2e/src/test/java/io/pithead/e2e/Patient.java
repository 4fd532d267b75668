package io.pithead.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client with one key and several addresses, that asks again elsewhere until it has an answer it can use. */
final class Patient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int MIN_PAUSE_MILLIS = 100;
    private static final int MAX_PAUSE_MILLIS = 1_000;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;
    /** Longer than any of the outages that a story makes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient client;
    private final List<URI> origins;
    private final String key;

    Patient(HttpClient client, List<URI> origins, String key) {
        this.client = client;
        this.origins = origins;
        this.key = key;
    }

    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    Api.Answer get(String path) {
        return until(path, null, null);
    }

    Api.Answer post(String path, byte[] body) {
        return until(path, body, null);
    }

    /** With a key that makes asking again harmless. */
    Api.Answer post(String path, byte[] body, String idempotencyKey) {
        return until(path, body, idempotencyKey);
    }

    private Api.Answer until(String path, byte @Nullable [] body, @Nullable String idempotencyKey) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Object last = "nothing";
        while (System.nanoTime() < deadline) {
            if (Thread.currentThread().isInterrupted()) {
                throw new Interrupted();
            }
            try {
                Api.Answer answer = once(path, body, idempotencyKey);
                if (isFinal(answer)) {
                    return answer;
                }
                last = answer;
            } catch (IOException e) {
                last = e;
            }
            int pause = ThreadLocalRandom.current().nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS);
            LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
        }
        throw new AssertionError("no answer to " + path + " for " + PATIENCE + ": " + last);
    }

    /** "Ask again" is no answer, and neither is a server that broke. */
    private static boolean isFinal(Api.Answer answer) {
        return answer.status() < SERVER_ERROR
                && answer.status() != TOO_MANY
                && answer.headers().firstValue("Retry-After").isEmpty();
    }

    private Api.Answer once(String path, byte @Nullable [] body, @Nullable String idempotencyKey) throws IOException {
        URI origin = origins.get(ThreadLocalRandom.current().nextInt(origins.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(origin.resolve(path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json");
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        if (body != null) {
            request.POST(BodyPublishers.ofByteArray(body));
        }
        try {
            var answer = client.send(request.build(), BodyHandlers.ofString());
            return new Api.Answer(answer.statusCode(), answer.headers(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted();
        }
    }

    /** The story is over. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
