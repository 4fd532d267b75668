package io.pithead.validator.challenge;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.platform.BoundedBytes;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator, as a validator speaks to it: by HTTP alone, wherever it runs. Its answers are bounded in size and time, and are believed
 * only as far as they are signed.
 */
final class CoordinatorApi implements AutoCloseable {
    /** A page of views is a few hundred kilobytes. */
    private static final int MAX_BYTES = 4 << 20;

    private static final int MAX_REASON = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    /** Refusals that are none of the message: a key that is replaced, for example. */
    private static final Set<Integer> FOR_NOW = Set.of(UNAUTHORIZED, REQUEST_TIMEOUT, TOO_MANY);

    private final URI origin;
    private final Supplier<String> key;
    private final Duration deadline;
    private final HttpClient client;

    /** @param key read anew for each call, so that it can be replaced */
    CoordinatorApi(URI origin, Supplier<String> key, Duration deadline) {
        this.origin = origin;
        this.key = key;
        this.deadline = deadline;
        this.client = HttpClient.newBuilder()
                .connectTimeout(deadline)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** It is not there, or cannot do it now: the same may be tried again. */
    static final class AwayException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AwayException(String message) {
            super(message);
        }
    }

    /** What became of a message. */
    sealed interface Answer {}

    record Taken() implements Answer {}

    /**
     * It will not be taken.
     *
     * @param details of the error envelope
     */
    record Refused(int status, String reason, JsonNode details) implements Answer {}

    Page<ClaimedNode> nodes(@Nullable String cursor) {
        return page("/v1/validator/nodes?limit=" + Page.MAX_LIMIT, cursor, ClaimedNode.class);
    }

    Page<ChallengeView> challenges(ChallengeState state, @Nullable String cursor) {
        return page(
                "/v1/validator/challenges?limit=" + Page.MAX_LIMIT + "&state=" + word(state),
                cursor,
                ChallengeView.class);
    }

    /** Empty when it has no such challenge of ours. */
    Optional<ChallengeView> challenge(UUID id) {
        return found("/v1/validator/challenges/" + id, MAX_BYTES, ChallengeView.class);
    }

    /** Empty when there is none, or nothing that can be read. */
    Optional<Opening> opening(Challenge challenge) {
        return found(
                "/v1/validator/challenges/" + challenge.id() + "/opening", Opening.maxBytes(challenge), Opening.class);
    }

    Answer issue(Challenge challenge) {
        return post("/v1/validator/challenges", challenge);
    }

    Answer issue(NetworkOffer offer) {
        return post("/v1/validator/streams", offer);
    }

    Answer ask(Question question) {
        return post("/v1/validator/challenges/" + question.challenge() + "/question", question);
    }

    Answer attest(Attestation attestation) {
        String subject = attestation.kind() == AttestationKind.WORK ? "charges/" : "challenges/";
        return post("/v1/validator/" + subject + attestation.challenge() + "/attestation", attestation);
    }

    /** Those that are open, and that we did not attest. */
    Page<Charge> charges(@Nullable String cursor) {
        return page("/v1/validator/charges?limit=" + Page.MAX_LIMIT, cursor, Charge.class);
    }

    Page<RefereeOffer> cases(@Nullable String cursor) {
        return page("/v1/validator/cases?limit=" + Page.MAX_LIMIT, cursor, RefereeOffer.class);
    }

    /** Empty when there is none for us, or nothing that can be read. */
    Optional<RefereeCase> referee(UUID id) {
        return found("/v1/validator/cases/" + id, MAX_BYTES, RefereeCase.class);
    }

    Answer find(Finding finding) {
        return post("/v1/validator/cases/" + finding.job() + "/finding", finding);
    }

    private static String word(ChallengeState state) {
        return Json.toTree(state).asText();
    }

    /** An item that cannot be read is left out: one node that says something odd hides no other. */
    private <T> Page<T> page(String path, @Nullable String cursor, Class<T> type) {
        String from = cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
        HttpResponse<byte[]> response = exchange(request(path + from).GET().build(), MAX_BYTES);
        if (response.statusCode() / 100 != 2) {
            throw new AwayException("it answers a list with status " + response.statusCode());
        }
        try {
            JsonNode page = Json.tree(response.body());
            var items = new ArrayList<T>();
            for (JsonNode item : page.path("items")) {
                read(Json.write(item), type).ifPresent(items::add);
            }
            JsonNode next = page.path("next_cursor");
            return new Page<>(items, next.isTextual() ? next.asText() : null);
        } catch (InvalidPayloadException e) {
            throw new AwayException("it answers a list that is no JSON");
        }
    }

    private <T> Optional<T> found(String path, int maxBytes, Class<T> type) {
        HttpResponse<byte[]> response = exchange(request(path).GET().build(), maxBytes);
        if (response.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        if (response.statusCode() / 100 != 2) {
            throw new AwayException("it answers with status " + response.statusCode());
        }
        return read(response.body(), type);
    }

    private static <T> Optional<T> read(byte[] body, Class<T> type) {
        try {
            return Optional.of(Json.readLenient(body, type));
        } catch (InvalidPayloadException e) {
            return Optional.empty();
        }
    }

    private Answer post(String path, Object message) {
        HttpResponse<byte[]> response = exchange(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(message)))
                        .build(),
                MAX_BYTES);
        int status = response.statusCode();
        if (status / 100 == 2) {
            return new Taken();
        }
        if (status / 100 != 4 || FOR_NOW.contains(status)) {
            throw new AwayException("it answers with status " + status);
        }
        JsonNode error = error(response.body());
        String reason = status + " " + error.path("code").asText("") + ": "
                + line(error.path("message").asText(""));
        return new Refused(status, reason.substring(0, Math.min(MAX_REASON, reason.length())), error.path("details"));
    }

    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static JsonNode error(byte[] body) {
        try {
            return Json.tree(body).path("error");
        } catch (InvalidPayloadException e) {
            return Json.toTree(List.of());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(origin.resolve(path))
                .header("X-Api-Key", key.get())
                .timeout(deadline);
    }

    private HttpResponse<byte[]> exchange(HttpRequest request, int maxBytes) {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new BoundedBytes(maxBytes));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new AwayException("it does not answer in " + deadline);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new AwayException("it is not reached: " + cause.getClass().getSimpleName());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new AwayException("interrupted");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
