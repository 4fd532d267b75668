package io.pithead.coordinator.reputation;

/** What dispatch asks of a node: its score, and whether it has hardly been judged yet. */
public record Repute(double score, boolean newcomer) {
    /** Of whom nothing is known. */
    public static final Repute UNKNOWN = new Repute(0, true);
}
