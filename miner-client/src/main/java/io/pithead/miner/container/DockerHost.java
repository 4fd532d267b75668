package io.pithead.miner.container;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the engine is.
 *
 * @param url {@code unix:///…} or {@code tcp://host:port}
 * @param certificates folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}, for TLS
 */
public record DockerHost(String url, Optional<Path> certificates) {
    public static final String DEFAULT_URL = "unix:///var/run/docker.sock";
}
