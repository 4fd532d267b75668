package io.pithead.miner.agent.core;

import java.time.Duration;

/** How long a container is left alone after it was held still to open a file. */
public final class StillPause {
    /** Of the time, so small a part is spent holding still, where holding still takes as long as it should. */
    static final int PART = 20;
    /** A slow engine makes holding still long; whoever has announced a file is answered in time all the same. */
    static final Duration MOST = Duration.ofSeconds(5);

    private StillPause() {}

    public static Duration after(Duration held) {
        Duration wanted = held.multipliedBy(PART);
        return wanted.compareTo(MOST) < 0 ? wanted : MOST;
    }
}
