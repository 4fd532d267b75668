package io.pithead.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Asks the application itself whether it can work. */
final class Readiness {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 100;
    private static final int OK = 200;

    private Readiness() {}

    static void await(URI origin) throws CannotStartException, InterruptedException {
        Instant deadline = Instant.now().plus(LIMIT);
        String last = "no answer";
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(REQUEST_LIMIT)
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(origin.resolve("/health/ready"))
                    .timeout(REQUEST_LIMIT)
                    .build();
            while (Instant.now().isBefore(deadline)) {
                try {
                    var answer = client.send(request, BodyHandlers.ofString());
                    if (answer.statusCode() == OK) {
                        return;
                    }
                    last = answer.statusCode() + " " + answer.body();
                } catch (IOException e) {
                    last = e.toString();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        throw new CannotStartException(
                "the application is not ready after " + LIMIT.toSeconds() + " s: " + last + " (" + origin + ")");
    }
}
