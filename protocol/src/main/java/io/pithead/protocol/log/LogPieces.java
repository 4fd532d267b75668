package io.pithead.protocol.log;

import io.pithead.protocol.json.Checks;
import java.util.List;
import java.util.UUID;

/** {@code POST /v1/miner/logs}: pieces of a job's output, from whoever holds its lease. */
public record LogPieces(UUID id, Long lease, List<LogPiece> pieces) {
    public static final int MAX_PIECES = 64;

    public LogPieces {
        var checks = new Checks()
                .present("id", id)
                .present("lease", lease)
                .present("pieces", pieces)
                .size("pieces", pieces, MAX_PIECES);
        checks.done();
        pieces = List.copyOf(pieces);
    }
}
