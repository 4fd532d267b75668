package io.pithead.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An image registry on a free port, from Debian's docker-registry, that asks for {@link #USER} and {@link #PASSWORD}. */
public final class ImageRegistry implements AutoCloseable {
    public static final String USER = "buyer";
    public static final String PASSWORD = "pull-me";
    private static final String HASH = "$2y$05$rmjRKWLDLiGhce2yxiZ1nuEy3vox8Ffi42dBHo/gfIw6H.sn1G2FO";
    private static final Duration START = Duration.ofSeconds(20);

    private final Process process;
    private final int port;

    private ImageRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Why none can be started here; empty when one can be tried. */
    public static Optional<String> missing() {
        return Programs.find("docker-registry").isPresent()
                ? Optional.empty()
                : Optional.of("docker-registry is not installed");
    }

    public static ImageRegistry start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port = FreePorts.one();
        Path users = Files.writeString(folder.resolve("htpasswd"), USER + ":" + HASH + "\n");
        Path config =
                Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                log:
                  level: error
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                auth:
                  htpasswd:
                    realm: test
                    path: %s
                """.formatted(folder.resolve("images"), port, users));
        Process process = new ProcessBuilder(Programs.require("docker-registry"), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        if (!Programs.await(() -> !process.isAlive() || answers(port), START) || !process.isAlive()) {
            process.destroyForcibly();
            throw new IOException("the registry does not start: " + Files.readString(folder.resolve("registry.log")));
        }
        return new ImageRegistry(process, port);
    }

    private static boolean answers(int port) {
        try {
            var connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/v2/").toURL().openConnection();
            return connection.getResponseCode() == HttpURLConnection.HTTP_UNAUTHORIZED;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code 127.0.0.1:port}, the first part of its images' names. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
