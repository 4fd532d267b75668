package io.pithead.miner.container.core;

/**
 * Why there is no result; the code and the message go to the buyer.
 *
 * @param retryable whether another try, perhaps on another machine, may do better
 */
public record Problem(String code, String message, boolean retryable) {
    public static Problem fatal(String code, String message) {
        return new Problem(code, message, false);
    }

    public static Problem passing(String code, String message) {
        return new Problem(code, message, true);
    }
}
