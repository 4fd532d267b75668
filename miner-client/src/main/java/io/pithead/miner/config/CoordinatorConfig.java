package io.pithead.miner.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where the coordinator is and what certificate to trust besides the machine's own list. */
public record CoordinatorConfig(URI url, Optional<Path> caFile) {}
