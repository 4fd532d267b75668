package io.pithead.coordinator.platform;

import java.nio.file.Path;

/**
 * An event: this instance's own validator has to speak to it, and needs a key for that.
 *
 * @param file where the key is to be
 */
public record ValidatorKeyWanted(Path file) {}
