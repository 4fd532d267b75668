package io.pithead.validator.challenge.core;

import java.util.EnumSet;
import java.util.Set;

/** How far a challenge is for the validator that makes it; how far its messages came is the coordinator's to say. */
public enum Stage {
    /** The node is to be challenged; nothing is drawn yet. */
    PLANNED,
    /** Drawn, signed and kept; the coordinator may have it. */
    ISSUED,
    /** The question is signed and kept; the coordinator may have it. */
    ASKED,
    /** The verdict stands. */
    JUDGED,
    /** Nobody was challenged after all: nothing is said of the node. */
    GIVEN_UP;

    public static final Set<Stage> OPEN = Set.copyOf(EnumSet.of(PLANNED, ISSUED, ASKED));

    public boolean isOpen() {
        return OPEN.contains(this);
    }

    public boolean mayBecome(Stage next) {
        return switch (this) {
            case PLANNED -> next == ISSUED || next == GIVEN_UP;
            case ISSUED -> next == ASKED || next == JUDGED || next == GIVEN_UP;
            case ASKED -> next == JUDGED || next == GIVEN_UP;
            case JUDGED, GIVEN_UP -> false;
        };
    }
}
