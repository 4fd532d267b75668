package io.pithead.protocol.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Where the coordinator's copy of the output ends, and what it would still take of what lies before. A miner that has those
 * bytes sends them; one that has not goes on.
 */
public record LogAnswer(
        long nextOffset,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Gap> missing) {
    /** From the first missing byte to the first that is there again. */
    public record Gap(long from, long to) {}

    public LogAnswer {
        missing = missing == null ? List.of() : List.copyOf(missing);
    }
}
