package io.pithead.miner.agent.core;

import java.time.Duration;

/**
 * Why a call brought nothing.
 *
 * @param status the HTTP status, or 0 when there was no answer
 * @param code the envelope's code, or what went wrong on the way
 * @param message what the coordinator says to the owner, or nothing
 * @param retryAfter how long the coordinator asks to be left alone, or zero
 */
public record Trouble(int status, String code, String message, Duration retryAfter) {
    static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    public Trouble {
        retryAfter = retryAfter.isNegative() ? Duration.ZERO : retryAfter;
        retryAfter = retryAfter.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : retryAfter;
    }

    public Trouble(int status, String code, Duration retryAfter) {
        this(status, code, "", retryAfter);
    }

    public static Trouble lost(String why) {
        return new Trouble(0, why, Duration.ZERO);
    }

    /** No answer, or one that says the coordinator itself is in trouble: it is as good as away. */
    boolean isLost() {
        return status == 0 || status >= 500;
    }

    boolean isUnknownNode() {
        return status == NOT_FOUND && code.equals("NODE_NOT_FOUND");
    }

    /** Another miner works under our id. */
    boolean isTakenNode() {
        return status == CONFLICT && code.equals("NODE_TAKEN");
    }

    /** The operator keeps this node from work: whatever it runs is no longer its to run. */
    boolean isBanned() {
        return status == FORBIDDEN && code.equals("NODE_BANNED");
    }

    /** It says so in so many words: one that knows nothing of the job, perhaps by mistake, does not. */
    boolean isLeaseClearlyLost() {
        return status == CONFLICT && code.equals("LEASE_LOST");
    }

    /** The coordinator says that the attempt is no longer ours. */
    boolean isLeaseLost() {
        return (status == NOT_FOUND || status == CONFLICT) && isOfTheCoordinator(code);
    }

    /** Whether the application itself refused: not a proxy, and not a server at whose path there is nothing (yet). */
    static boolean isOfTheCoordinator(String code) {
        return !code.startsWith("HTTP_") && !code.equals("NOT_FOUND");
    }
}
