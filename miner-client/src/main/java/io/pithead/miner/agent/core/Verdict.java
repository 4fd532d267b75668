package io.pithead.miner.agent.core;

/** What the answer to a delivered result means for it. */
public enum Verdict {
    ACKNOWLEDGED,
    REFUSED,
    AGAIN;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TIMEOUT = 408;
    private static final int NOT_READY = 425;
    private static final int RATE_LIMITED = 429;

    /**
     * A key that is refused says nothing about the result: it is kept until its owner has set a good one. Everything
     * else that the coordinator refuses would be refused again.
     */
    public static Verdict of(int status, String code) {
        if (status >= 200 && status < 300) {
            return ACKNOWLEDGED;
        }
        boolean passes = switch (status) {
            case UNAUTHORIZED, FORBIDDEN, TIMEOUT, NOT_READY, RATE_LIMITED -> true;
            default -> status < 400 || status >= 500;
        };
        return passes || code.equals("CONFLICT_STATE") ? AGAIN : REFUSED;
    }
}
