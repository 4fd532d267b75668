package io.pithead.miner.agent.core;

/** What the answer to a delivered result means for it. */
public enum Verdict {
    ACKNOWLEDGED,
    REFUSED,
    AGAIN;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TIMEOUT = 408;
    private static final int NOT_READY = 425;
    private static final int RATE_LIMITED = 429;

    /**
     * A key that is refused says nothing about the result: it is kept until its owner has set a good one. Nor does a
     * 404 that is not the coordinator's own: a server without its application says so, and a proxy. Everything else that
     * is refused would be refused again.
     */
    public static Verdict of(int status, String code) {
        if (status >= 200 && status < 300) {
            return ACKNOWLEDGED;
        }
        boolean passes = switch (status) {
            case UNAUTHORIZED, FORBIDDEN, TIMEOUT, NOT_READY, RATE_LIMITED -> true;
            default -> status < 400 || status >= 500;
        };
        boolean isElsewhere = status == NOT_FOUND && !Trouble.isOfTheCoordinator(code);
        return passes || isElsewhere || code.equals("CONFLICT_STATE") ? AGAIN : REFUSED;
    }
}
