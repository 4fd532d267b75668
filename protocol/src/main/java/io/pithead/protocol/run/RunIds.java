package io.pithead.protocol.run;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** How a discovery registry calls a run of a chain: everybody derives the same, and nobody can take it for another run. */
public final class RunIds {
    private RunIds() {}

    public static UUID discoveryRun(long chain, long number) {
        return UUID.nameUUIDFromBytes(("pithead-run/" + chain + "/" + number).getBytes(StandardCharsets.US_ASCII));
    }
}
