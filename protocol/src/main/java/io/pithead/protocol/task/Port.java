package io.pithead.protocol.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/** A port of the container that the node opens, where its owner allows it. Without {@code host_port} the node picks one. */
public record Port(
        Integer containerPort,
        @Nullable Integer hostPort,
        @Nullable Protocol protocol) {
    static final int MAX_PORT = 65_535;
    static final int FIRST_UNPRIVILEGED = 1_024;

    /** The transport. */
    public enum Protocol {
        @JsonProperty("tcp")
        TCP,
        @JsonProperty("udp")
        UDP
    }

    public Port {
        protocol = protocol == null ? Protocol.TCP : protocol;
        new Checks()
                .present("container_port", containerPort)
                .range("container_port", containerPort, 1, MAX_PORT)
                .range("host_port", hostPort, FIRST_UNPRIVILEGED, MAX_PORT)
                .done();
    }
}
