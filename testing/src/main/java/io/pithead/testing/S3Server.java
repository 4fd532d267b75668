package io.pithead.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** S3Proxy in a process of its own, on a folder and a port that stay its own when it is started again. It checks signatures. */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "tester";
    public static final String SECRET_KEY = "a-secret-of-the-tests";
    public static final String BUCKET = "pithead-artifacts";

    /** Where the build put the jar. */
    private static final String JAR = "s3proxy.jar";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration DEATH = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private @Nullable Process process;

    private S3Server(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** With one empty bucket. */
    public static S3Server start(Path folder) {
        try {
            Files.createDirectories(folder.resolve("data").resolve(BUCKET));
            var server = new S3Server(folder, FreePorts.one());
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, also after it was killed. */
    public void start() throws IOException {
        Path config = Files.writeString(
                folder.resolve("s3proxy.conf"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                jclouds.filesystem.basedir=%s
                """.formatted(port, ACCESS_KEY, SECRET_KEY, folder.resolve("data")));
        Path log = folder.resolve("s3proxy.log");
        Process started = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Path.of(System.getProperty(JAR)).toString(),
                        "--properties",
                        config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        if (!isUp(started)) {
            started.destroyForcibly();
            throw new IOException("S3Proxy does not start: " + Files.readString(log));
        }
    }

    private boolean isUp(Process started) {
        try {
            return Programs.await(() -> !started.isAlive() || answers(), START) && started.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean answers() {
        try {
            var connection = (HttpURLConnection) url().toURL().openConnection();
            return connection.getResponseCode() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The files of the objects in the bucket, as the server keeps them. */
    public List<Path> objects(String prefix) throws IOException {
        Path bucket = folder.resolve("data").resolve(BUCKET);
        try (Stream<Path> all = Files.walk(bucket)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> bucket.relativize(file).toString().startsWith(prefix))
                    .toList();
        }
    }

    /** SIGKILL. */
    public void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            if (!running.waitFor(DEATH.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("S3Proxy does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
