package io.pithead.protocol.log;

import io.pithead.protocol.json.Checks;

/** Some text and where it stands in the attempt's output. */
public record LogPiece(Long offset, String text) {
    /** Far more than a job writes, and far from where sums overflow. */
    public static final long MAX_OFFSET = 1L << 50;

    public LogPiece {
        new Checks()
                .present("offset", offset)
                .range("offset", offset, 0, MAX_OFFSET)
                .present("text", text)
                .done();
    }
}
