package io.pithead.miner.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where a server is and what certificate to trust besides the machine's own list. */
public record CoordinatorConfig(URI url, Optional<Path> caFile) {
    /** The server as signatures name it: what its owner was told, never what a server says of itself. */
    public String origin() {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return url.getScheme().toLowerCase(Locale.ROOT) + "://" + host + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
