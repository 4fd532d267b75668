package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;

/** {@code POST /groups/force-regroup}: dissolves the caller's groups of one topology. */
public record RegroupRequest(String configurationName) {
    static final int MAX_NAME = 64;

    public RegroupRequest {
        new Checks()
                .present("configuration_name", configurationName)
                .text("configuration_name", configurationName, MAX_NAME)
                .done();
    }
}
