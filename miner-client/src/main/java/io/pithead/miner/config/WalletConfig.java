package io.pithead.miner.config;

import java.nio.file.Path;
import java.util.Optional;

/** Where the node's key lies, and its password, if the password is in a file. */
public record WalletConfig(Path file, Optional<Path> passwordFile) {}
