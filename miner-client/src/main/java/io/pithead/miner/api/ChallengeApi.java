package io.pithead.miner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** A node's side of validators' challenges (API.md §2). One call is one try, within a time that the caller knows. */
public final class ChallengeApi {
    private static final String CHALLENGES = "/v1/miner/challenges/";
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final Exchange exchange;

    ChallengeApi(Exchange exchange) {
        this.exchange = exchange;
    }

    /** As it came: it may be of a kind that is not known here. */
    public Answer<JsonNode> challenge(UUID id, Duration within) {
        return exchange.call(exchange.request(CHALLENGES + id).GET(), within, (status, body) -> Json.tree(body));
    }

    /** Hands on a challenge's stream as it comes, as long as it is said to be and no longer. */
    public Answer<Boolean> stream(Challenge challenge, Duration within, Consumer<ByteBuffer> sink) {
        var request = exchange.request(CHALLENGES + challenge.id() + "/stream")
                .setHeader("Accept", "application/octet-stream")
                .GET();
        long length = (long) challenge.leaves() * challenge.entries() * Integer.BYTES;
        return switch (exchange.send(
                request,
                within,
                info -> info.statusCode() == OK
                        ? new PassingBody(length, sink)
                        : new LimitedBody(Exchange.MAX_ANSWER_BYTES))) {
            case Answer.Lost<HttpResponse<byte[]>> lost -> new Answer.Lost<>(lost.why());
            case Answer.Refused<HttpResponse<byte[]>> refused ->
                new Answer.Refused<>(refused.status(), refused.code(), refused.message(), refused.retryAfter());
            case Answer.Ok<HttpResponse<byte[]>> ok ->
                ok.status() == OK
                        ? new Answer.Ok<>(true, OK, ok.sent())
                        : Exchange.refused(
                                ok.status(),
                                ok.value().body(),
                                ok.value().headers().firstValue("Retry-After"));
        };
    }

    public Answer<JsonNode> commit(Commitment commitment, Duration within) {
        return post(commitment.challenge() + "/commitment", commitment, within);
    }

    /** Empty when nobody has asked yet. The call is parked for up to {@code wait}. */
    public Answer<Optional<Question>> question(UUID id, Duration wait, Duration within) {
        return exchange.call(
                exchange.request(CHALLENGES + id + "/question?wait=" + wait.toSeconds())
                        .GET(),
                within.plus(wait),
                (status, body) ->
                        status == NO_CONTENT ? Optional.empty() : Optional.of(Json.readLenient(body, Question.class)));
    }

    /** @param within long enough for megabytes */
    public Answer<JsonNode> open(Opening opening, Duration within) {
        return post(opening.challenge() + "/opening", opening, within);
    }

    /** The miner has no need of what is answered. */
    private Answer<JsonNode> post(String path, Object body, Duration within) {
        return exchange.call(
                exchange.request(CHALLENGES + path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body))),
                within,
                (status, answer) -> Json.toTree(List.of()));
    }
}
