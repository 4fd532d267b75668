package io.pithead.cli.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Which server, and as whom. */
public record Profile(String name, URI url, Optional<Path> caFile, Optional<String> key) {
    /** Never prints the key. */
    @Override
    public String toString() {
        return name + " " + url;
    }
}
