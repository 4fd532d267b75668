package io.pithead.validator.challenge.core;

/**
 * What a node says of itself, as far as a challenge is fitted to it.
 *
 * @param memoryBytes of the device that is to multiply
 * @param multiplyAddsPerSecond the least that such a device makes of exact products
 */
public record Capacity(long memoryBytes, double multiplyAddsPerSecond) {
    public Capacity {
        if (memoryBytes < 0 || !(multiplyAddsPerSecond >= 0)) {
            throw new IllegalArgumentException("negative capacity");
        }
    }
}
