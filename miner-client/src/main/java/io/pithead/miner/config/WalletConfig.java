package io.pithead.miner.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a key lies, and its password, if the password is in a file.
 *
 * @param passwordKey the setting that would name that file
 */
public record WalletConfig(Path file, Optional<Path> passwordFile, String passwordKey) {}
