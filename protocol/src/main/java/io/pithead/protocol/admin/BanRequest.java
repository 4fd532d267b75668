package io.pithead.protocol.admin;

import io.pithead.protocol.json.Checks;

/** {@code POST /v1/admin/nodes/{id}/ban}: why the node gets no work any more; its owner is told. */
public record BanRequest(String reason) {
    static final int MAX_REASON = 500;

    public BanRequest {
        new Checks()
                .present("reason", reason)
                .text("reason", reason, MAX_REASON)
                .done();
    }
}
