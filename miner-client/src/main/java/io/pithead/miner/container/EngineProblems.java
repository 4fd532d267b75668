package io.pithead.miner.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.UnauthorizedException;
import io.pithead.miner.container.EngineException.Kind;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the engine's complaints apart. Most of them have no code of their own, only words. */
final class EngineProblems {
    private static final int BAD_REQUEST = 400;
    private static final int SERVER_ERROR = 500;

    private EngineProblems() {}

    static EngineException of(@Nullable Throwable problem) {
        if (problem instanceof EngineException known) {
            return known;
        }
        if (problem instanceof DockerException refused) {
            return refused(refused);
        }
        // whatever else goes wrong, goes wrong on the way to the engine
        Throwable root = problem;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        String why = root == null ? "no answer" : root.getClass().getSimpleName() + ": " + root.getMessage();
        return new EngineException(Kind.AWAY, "the engine does not answer: " + why);
    }

    private static EngineException refused(DockerException refused) {
        String message = message(String.valueOf(refused.getMessage()));
        Kind byWords = byWords(message);
        if (byWords != Kind.OTHER) {
            return new EngineException(byWords, message);
        }
        int status = refused.getHttpStatus();
        if (refused instanceof NotFoundException) {
            return new EngineException(Kind.NOT_FOUND, message);
        }
        if (refused instanceof ConflictException) {
            return new EngineException(Kind.OTHER, message);
        }
        if (refused instanceof UnauthorizedException) {
            return new EngineException(Kind.UNAUTHORIZED, message);
        }
        return new EngineException(status >= BAD_REQUEST && status < SERVER_ERROR ? Kind.INVALID : Kind.OTHER, message);
    }

    /** A pull's failure comes as words in its stream, whatever the status was. */
    static EngineException ofPull(String message) {
        Kind kind = byWords(message);
        boolean refused = kind == Kind.OTHER && has(message.toLowerCase(Locale.ROOT), "denied", "forbidden");
        return new EngineException(refused ? Kind.UNAUTHORIZED : kind, message);
    }

    private static Kind byWords(String message) {
        String words = message.toLowerCase(Locale.ROOT);
        if (has(words, "no space left on device")) {
            return Kind.DISK_FULL;
        }
        if (has(words, "unauthorized", "authentication required", "no basic auth credentials")) {
            return Kind.UNAUTHORIZED;
        }
        if (has(words, "no matching manifest", "does not match the specified platform", "exec format error")) {
            return Kind.WRONG_PLATFORM;
        }
        if (has(words, "port is already allocated", "address already in use")) {
            return Kind.PORT_TAKEN;
        }
        if (has(words, "is already in use by container")) {
            return Kind.NAME_TAKEN;
        }
        if (has(
                words,
                "manifest unknown",
                "manifest for",
                "repository does not exist",
                "name unknown",
                "no such image")) {
            return Kind.NOT_FOUND;
        }
        return Kind.OTHER;
    }

    private static boolean has(String words, String... any) {
        for (String one : any) {
            if (words.contains(one)) {
                return true;
            }
        }
        return false;
    }

    /** {@code Status 404: {"message":"No such image: x"}}. */
    private static String message(String text) {
        int brace = text.indexOf('{');
        if (brace < 0) {
            return text;
        }
        try {
            JsonNode body = Json.tree(text.substring(brace).strip().getBytes(StandardCharsets.UTF_8));
            return body.path("message").asText(text);
        } catch (InvalidPayloadException e) {
            return text;
        }
    }
}
