package io.pithead.bench.simulation;

/** How a node behaves. */
public enum Kind {
    HONEST(0.001, 0, false),
    /** Half the work in the same time, and now and then too late. */
    SLOW(0.005, 0, false),
    /** Means well on hardware that fails. */
    FLAKY(0.03, 0.005, false),
    /** Makes up a fifth of its answers. */
    LAZY(0.001, 0, true),
    /** Works well for long, and then makes everything up. */
    TURNCOAT(0.001, 0, true),
    /** A ring with accounts of their own: lies in a fifth of the jobs, all members in the same ones and with the same lie. */
    COLLUDING(0.001, 0, true),
    /** Lies as soon as it is trusted, and comes back under another name when it was thrown out. */
    SYBIL(0.001, 0, true);

    /** Of the answers of those that lie now and then. */
    public static final double LIES = 0.2;
    /** Results in a row after which a turncoat lies. */
    static final int TURNS_AT = 40;

    private final double leaves;
    private final double faults;
    private final boolean cheats;

    Kind(double leaves, double faults, boolean cheats) {
        this.leaves = leaves;
        this.faults = faults;
        this.cheats = cheats;
    }

    /** Share of its jobs that it never answers. */
    double leaves() {
        return leaves;
    }

    /** Share of its answers that are wrong though it means well. */
    double faults() {
        return faults;
    }

    public boolean cheats() {
        return cheats;
    }
}
