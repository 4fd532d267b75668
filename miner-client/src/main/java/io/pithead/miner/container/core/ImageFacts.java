package io.pithead.miner.container.core;

import java.util.List;
import java.util.Set;

/**
 * An image that is on the engine.
 *
 * @param id the engine's own digest of it
 * @param digest what its tag was resolved to: the registry's digest, or the id of an image that came from no registry
 * @param user as the image says it, or empty
 * @param volumes paths that the image wants on a disk
 */
public record ImageFacts(
        String id,
        String digest,
        String os,
        String architecture,
        String user,
        List<String> entrypoint,
        List<String> cmd,
        Set<String> volumes) {
    public ImageFacts {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        volumes = Set.copyOf(volumes);
    }
}
