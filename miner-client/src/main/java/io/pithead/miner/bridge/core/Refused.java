package io.pithead.miner.bridge.core;

/** Why something that a container said changes nothing; {@code code} is for its program, {@code message} for its author. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the program may do about it. */
    public enum Code {
        /** Not a line as it should be. */
        INVALID_LINE,
        /** Longer than a line may be; the connection ends with it. */
        LINE_TOO_LONG,
        /** More names than one container may have. */
        TOO_MANY_METRICS,
        /** More connections than one container may have; this one ends. */
        TOO_MANY_CONNECTIONS,
        /** Not a path inside {@code /data}, or one with a link in it, or no plain file. */
        INVALID_PATH,
        NOT_FOUND,
        FILE_TOO_LARGE,
        /** So many files wait to be brought already: try again later. */
        QUEUE_FULL,
        /** The miner cannot just now: try again. */
        UNAVAILABLE
    }

    private final Code code;

    public Refused(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
