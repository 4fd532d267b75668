package io.pithead.protocol.node;

import io.pithead.protocol.json.Checks;

/** {@code POST /v1/miner/drain}: no new jobs; running ones finish. Registering again ends it. */
public record DrainRequest(String minerId) {
    public DrainRequest {
        MinerId.check(new Checks(), "miner_id", minerId).done();
    }
}
