package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a validator says of a node on the chain, after what it found and what it said before: that it is good, once; that it is not, once, and then
 * nothing more. Who was caught is let in again by people, who hear its side of it.
 */
public final class Votes {
    private Votes() {}

    /** @param before what was voted last; null for nothing */
    public static boolean says(@Nullable Verdict before, Verdict found) {
        return switch (found) {
            case VALID -> before == null;
            case INVALID -> before != Verdict.INVALID;
            case INCONCLUSIVE -> false;
        };
    }
}
