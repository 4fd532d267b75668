package io.pithead.miner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A node's side of validators' challenges (API.md §2). One call is one try, within a time that the caller knows. */
public final class ChallengeApi {
    private static final String CHALLENGES = "/v1/miner/challenges/";
    private static final int NO_CONTENT = 204;

    private final Exchange exchange;

    ChallengeApi(Exchange exchange) {
        this.exchange = exchange;
    }

    /** As it came: it may be of a kind that is not known here. */
    public Answer<JsonNode> challenge(UUID id, Duration within) {
        return exchange.call(exchange.request(CHALLENGES + id).GET(), within, (status, body) -> Json.tree(body));
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
