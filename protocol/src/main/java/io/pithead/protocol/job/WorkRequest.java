package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job's output follows from: a JSON object of its {@code workload}, and of its {@code params} or {@code payload} where it has them.
 *
 * @param text its canonical form (RFC 8785). Where that would make another value of it, as of a number that no double is,
 *     the text is as it came
 * @param canonical whether everybody who is given the job writes the same text
 */
public record WorkRequest(String text, boolean canonical) {
    private static final Set<String> BY_FIGURE = Set.of("torch_bench");

    public static WorkRequest of(String workload, @Nullable JsonNode params, @Nullable JsonNode payload) {
        ObjectNode given = JsonNodeFactory.instance.objectNode().put("workload", workload);
        if (params != null) {
            given.set("params", params);
        }
        if (payload != null) {
            given.set("payload", payload);
        }
        return canonical(given)
                .map(text -> new WorkRequest(text, true))
                .orElseGet(() -> new WorkRequest(Json.text(given), false));
    }

    private static Optional<String> canonical(ObjectNode given) {
        try {
            byte[] bytes = CanonicalJson.bytes(given);
            boolean same = Json.tree(bytes).equals(Json.tree(Json.write(given)));
            return same ? Optional.of(new String(bytes, StandardCharsets.UTF_8)) : Optional.empty();
        } catch (InvalidPayloadException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Whether everybody who does such work right gives the same bytes; other outputs are compared by their figures. */
    public static boolean isExact(String workload) {
        return !BY_FIGURE.contains(workload);
    }

    /** By which a node names in its {@link ProofClaim} what it has done; of a text that others may write otherwise there is none. */
    public Optional<String> sha() {
        return canonical ? Optional.of(digest(text)) : Optional.empty();
    }

    /** SHA-256 in hex of a text as it is: the evidence of a {@link Finding}. */
    public static String digest(String text) {
        return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
