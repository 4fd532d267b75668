package io.pithead.web.api;

import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Answers a request when its future completes, on whatever thread that happens. */
final class Answers {
    private Answers() {}

    static <T> void when(AsyncResponse response, CompletableFuture<T> future, Function<T, Response> answer) {
        future.whenComplete((value, failure) -> {
            if (failure != null) {
                response.resume(cause(failure));
                return;
            }
            try {
                response.resume(answer.apply(value));
            } catch (RuntimeException e) {
                response.resume(e);
            }
        });
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
