package io.pithead.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A development chain of a test's own, which keeps what it has while it is stopped. */
public final class AnvilProcess implements AutoCloseable {
    /** Known to everybody: the first of the accounts that the program gives money to. */
    public static final String RICH = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static final Path BINARY = Path.of("..", "contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
    private static final String HERE = "127.0.0.1";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final int OK = 200;

    private final long chainId;
    private final List<String> options;
    private final Path folder;
    private final int port;
    private @Nullable Process process;

    /**
     * Skips the test where there is no such program.
     *
     * @param options the program's own
     */
    public AnvilProcess(long chainId, String... options) throws Exception {
        this.chainId = chainId;
        this.options = List.of(options);
        this.folder = Scratch.folder("pithead-anvil-");
        this.port = FreePorts.one();
        start();
    }

    /** Where the program is; skips the test where it is not. */
    public static Path require() {
        Optional<Path> found = Optional.ofNullable(System.getProperty("pithead.chain.anvil"))
                .map(Path::of)
                .or(() -> Optional.of(BINARY))
                .filter(Files::isExecutable);
        Assumptions.assumeTrue(found.isPresent(), "no anvil: run npm ci in contracts/");
        return found.orElseThrow().toAbsolutePath().normalize();
    }

    public URI url() {
        return URI.create("http://" + HERE + ":" + port);
    }

    public void start() throws Exception {
        var command = new ArrayList<>(List.of(
                require().toString(),
                "--host",
                HERE,
                "--port",
                Integer.toString(port),
                "--chain-id",
                Long.toString(chainId),
                "--state",
                folder.resolve("state.json").toString(),
                "--silent"));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            if (!Programs.await(() -> answers(client), START)) {
                throw new IllegalStateException("anvil does not answer; see " + folder.resolve("log"));
            }
        }
    }

    private boolean answers(HttpClient client) {
        var ask = HttpRequest.newBuilder(url())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}"))
                .build();
        try {
            return client.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** In good order: it keeps its state. */
    public void stop() throws InterruptedException {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        Scratch.remove(folder);
    }
}
