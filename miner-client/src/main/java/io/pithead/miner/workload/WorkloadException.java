package io.pithead.miner.workload;

/** A job that cannot be done as asked; the code and message go to its buyer. */
public final class WorkloadException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;
    private final boolean retryable;

    /** @param retryable whether another miner, or another try, may do better */
    public WorkloadException(String code, String message, boolean retryable) {
        super(message);
        this.code = code;
        this.retryable = retryable;
    }

    public String code() {
        return code;
    }

    public boolean isRetryable() {
        return retryable;
    }
}
