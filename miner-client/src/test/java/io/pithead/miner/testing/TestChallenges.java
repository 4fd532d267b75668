package io.pithead.miner.testing;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.testing.TestCoordinator.Reply;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.signing.WalletKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries challenges as a coordinator does. One lock of its own: a question is parked for. */
public final class TestChallenges {
    static final String PATH = "/v1/miner/challenges/";
    private static final int MAX_TRIES = 1_000;

    private final Map<UUID, Carried> carried = new LinkedHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private int commitmentStatus;
    private int fetchStatus;
    private int openingStatus;
    /** What a stream is made of and what is asked with: the same, unless a test says otherwise. */
    private @Nullable String streamKey;

    private @Nullable String askedKey;
    private long cutAfter = Long.MAX_VALUE;
    private Optional<WalletKey> asker = Optional.of(TestValidator.KEY);

    /** What was said of one. */
    public record Heard(
            @Nullable Commitment commitment,
            @Nullable Question question,
            @Nullable Opening opening) {}

    private static final class Carried {
        final JsonNode document;

        @Nullable
        Commitment commitment;

        @Nullable
        Question question;

        @Nullable
        Opening opening;

        Carried(JsonNode document) {
            this.document = document;
        }
    }

    public void offer(Challenge challenge) {
        offer(challenge.id(), Json.toTree(challenge));
    }

    /** Whatever it is. */
    public synchronized void offer(UUID id, JsonNode document) {
        carried.put(id, new Carried(document));
    }

    public synchronized void stream(String key, String asked) {
        streamKey = key;
        askedKey = asked;
    }

    /** Streams end after so many bytes, until they are not cut any more. */
    public synchronized void cutStreams(long bytes) {
        cutAfter = bytes;
    }

    /** Whatever became of it. */
    public synchronized void withdraw(UUID id) {
        carried.remove(id);
    }

    /** Offered with each heartbeat until the node has committed. */
    public synchronized List<Directive> directives() {
        return carried.entrySet().stream()
                .filter(one -> one.getValue().commitment == null)
                .map(one -> Directive.challenge(one.getKey()))
                .toList();
    }

    /** Who asks as soon as a node has committed; nobody when it is empty. */
    public synchronized void askBy(Optional<WalletKey> key) {
        asker = key;
        notifyAll();
    }

    public synchronized void refuseFetches(int with) {
        fetchStatus = with;
    }

    public synchronized void refuseCommitments(int with) {
        commitmentStatus = with;
    }

    public synchronized void refuseOpenings(int with) {
        openingStatus = with;
    }

    public synchronized Heard heard(UUID id) {
        Carried one = requireNonNull(carried.get(id));
        return new Heard(one.commitment, one.question, one.opening);
    }

    /** Method and the path's end of every call, in their order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized long calls(String like) {
        return calls.stream().filter(call -> call.startsWith(like)).count();
    }

    /** Waits for something that is seen here or elsewhere. */
    public synchronized void await(String what, Supplier<Boolean> seen) throws InterruptedException {
        for (int i = 0; i < MAX_TRIES; i++) {
            if (seen.get()) {
                return;
            }
            wait(50);
        }
        throw new AssertionError("waited in vain for " + what + " after " + calls);
    }

    synchronized Reply answer(String method, String path, @Nullable String query, byte[] body)
            throws InvalidPayloadException, InterruptedException {
        String[] names = path.split("/", 2);
        UUID id = UUID.fromString(names[0]);
        String what = names.length == 1 ? "" : names[1];
        calls.add(method + " " + what);
        notifyAll();
        Carried one = carried.get(id);
        if (one == null) {
            return Reply.error(404, ErrorCode.NOT_FOUND);
        }
        return switch (what) {
            case "" -> fetchStatus == 0 ? new Reply(200, one.document) : refusal(fetchStatus);
            case "commitment" -> commit(one, Json.read(body, Commitment.class));
            case "stream" -> stream(one);
            case "question" -> question(one, query);
            case "opening" -> open(one, Json.read(body, Opening.class));
            default -> Reply.error(404, ErrorCode.NOT_FOUND);
        };
    }

    private static Reply refusal(int status) {
        return Reply.error(status, status == 409 ? ErrorCode.CONFLICT_STATE : ErrorCode.UNAVAILABLE);
    }

    private Reply commit(Carried one, Commitment commitment) {
        if (commitmentStatus != 0) {
            return refusal(commitmentStatus);
        }
        one.commitment = commitment;
        return new Reply(200, commitment);
    }

    private Reply stream(Carried one) {
        var bytes = new ByteArrayOutputStream();
        try {
            new NetworkStream(requireNonNull(streamKey))
                    .sendTo(bytes::write, one.document.path("size").asInt());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        byte[] all = bytes.toByteArray();
        return new Reply(200, Arrays.copyOf(all, (int) Math.min(all.length, cutAfter)));
    }

    private Reply question(Carried one, @Nullable String query) throws InterruptedException, InvalidPayloadException {
        long wait = query == null || !query.startsWith("wait=") ? 0 : Long.parseLong(query.substring(5));
        long until = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        while (asker.isEmpty() && System.nanoTime() < until) {
            wait(50);
        }
        Commitment commitment = one.commitment;
        if (asker.isEmpty() || commitment == null) {
            return new Reply(204, null);
        }
        Question asked = one.question;
        if (asked == null) {
            Challenge challenge = Json.bind(one.document, Challenge.class);
            asked = askedKey == null
                    ? TestValidator.question(challenge, commitment, asker.get())
                    : TestValidator.question(challenge, commitment, askedKey, asker.get());
            one.question = asked;
        }
        return new Reply(200, asked);
    }

    private Reply open(Carried one, Opening opening) {
        if (openingStatus != 0) {
            return refusal(openingStatus);
        }
        one.opening = opening;
        return new Reply(200, Map.of());
    }
}
