package io.pithead.miner.container;

/** The engine did not do what it was asked for. */
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_MESSAGE = 500;

    private final Kind kind;

    /** What went wrong, as far as it makes a difference. */
    public enum Kind {
        /** No engine, or none that answers in time: it says nothing about any container. */
        AWAY,
        /** No such container, image or network. */
        NOT_FOUND,
        NAME_TAKEN,
        PORT_TAKEN,
        UNAUTHORIZED,
        WRONG_PLATFORM,
        DISK_FULL,
        /** The engine will not have it as it was asked for. */
        INVALID,
        OTHER
    }

    public EngineException(Kind kind, String message) {
        super(plain(message));
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isAway() {
        return kind == Kind.AWAY;
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    /** It goes to logs, terminals and buyers. */
    private static String plain(String message) {
        String clean = message.replaceAll("\\p{Cntrl}", " ").strip();
        return clean.length() > MAX_MESSAGE ? clean.substring(0, MAX_MESSAGE) : clean;
    }
}
