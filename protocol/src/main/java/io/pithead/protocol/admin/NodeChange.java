package io.pithead.protocol.admin;

import java.time.Instant;

/**
 * A node was something else from here on.
 *
 * @param number by which the changes of all nodes are told apart; later ones are larger
 * @param why in words; of a ban its reason
 * @param actor a key's hint or a user's name, {@code node:} and the miner's id, or {@code coordinator}
 */
public record NodeChange(long number, Instant at, State state, String why, String actor) {
    /** A ban hides all else, silence hides a drain. */
    public enum State {
        ONLINE,
        OFFLINE,
        DRAINING,
        BANNED
    }
}
