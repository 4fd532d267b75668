package io.pithead.coordinator.chain;

import io.pithead.coordinator.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.web3j.crypto.Credentials;

/** A real chain of its own, whose blocks are made when a test says so. */
final class Anvil implements AutoCloseable {
    /** Known to everybody: the first of the accounts that the program gives money to. */
    static final String RICH = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static final String BINARY = "contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";
    private static final Duration STOP = Duration.ofSeconds(20);

    private final long chainId;
    private final Path folder;
    private final int port;
    private final HttpRpc rpc;
    private @Nullable Process process;

    Anvil(long chainId) throws Exception {
        this.chainId = chainId;
        this.folder = Files.createTempDirectory("pithead-anvil-");
        this.port = free();
        this.rpc = new HttpRpc(url(), Duration.ofSeconds(10));
        start();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Skips the test where there is none. */
    private static Path binary() {
        Optional<Path> found = Optional.ofNullable(System.getProperty("pithead.chain.anvil"))
                .map(Path::of)
                .or(() -> Optional.of(Path.of("..").resolve(BINARY)))
                .filter(Files::isExecutable);
        Assumptions.assumeTrue(found.isPresent(), "no anvil: run npm ci in contracts/");
        return found.orElseThrow();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    void start() throws Exception {
        var command = new ArrayList<>(List.of(
                binary().toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--chain-id",
                Long.toString(chainId),
                "--no-mining",
                "--state",
                folder.resolve("state.json").toString(),
                "--silent"));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        Await.until("anvil answers", () -> {
            try {
                ask("eth_chainId");
                return true;
            } catch (RpcException e) {
                return false;
            }
        });
    }

    /** In good order: it keeps its state. */
    void stop() throws InterruptedException {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        }
    }

    Rpc rpc() {
        return rpc;
    }

    com.fasterxml.jackson.databind.@Nullable JsonNode ask(String method, Object... params) throws RpcException {
        Rpc.Answer answer =
                rpc.call(List.of(new Rpc.Call(method, List.of(params)))).getFirst();
        if (answer.failure() != null) {
            throw new RpcException(method + ": " + answer.failure().message());
        }
        return answer.result();
    }

    void mine(int blocks) {
        tell("anvil_mine", Hex.of(blocks));
    }

    /** Other blocks in place of the newest, with nothing in them. */
    void reorganise(int depth) {
        tell("anvil_reorg", depth, List.of());
    }

    void tell(String method, Object... params) {
        try {
            ask(method, params);
        } catch (RpcException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    long head() throws RpcException {
        return Hex.number(ask("eth_blockNumber"));
    }

    long count(String address) throws RpcException {
        return Hex.number(ask("eth_getTransactionCount", address, "latest"));
    }

    long balance(String address) throws RpcException {
        return Hex.number(ask("eth_getBalance", address, "latest"));
    }

    static SigningKey rich() {
        return new SigningKey(Credentials.create(RICH));
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        rpc.close();
    }
}
