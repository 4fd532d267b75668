package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;

/** Why the buyer of a job holds its result for wrong. Nobody but the buyer reads it. */
public record DisputeRequest(String reason) {
    private static final int MAX_REASON = 500;

    public DisputeRequest {
        new Checks()
                .present("reason", reason)
                .text("reason", reason, MAX_REASON)
                .done();
    }
}
