package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.testing.AnvilProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

/** A real chain of its own, whose blocks are made when a test says so, asked as the product asks. */
final class Anvil implements AutoCloseable {
    private final AnvilProcess process;
    private final HttpRpc rpc;

    Anvil(long chainId) throws Exception {
        this.process = new AnvilProcess(chainId, "--no-mining");
        this.rpc = new HttpRpc(url(), Duration.ofSeconds(10));
    }

    URI url() {
        return process.url();
    }

    void start() throws Exception {
        process.start();
    }

    /** In good order: it keeps its state. */
    void stop() throws InterruptedException {
        process.stop();
    }

    Rpc rpc() {
        return rpc;
    }

    @Nullable
    JsonNode ask(String method, Object... params) throws RpcException {
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
        return new SigningKey(Credentials.create(AnvilProcess.RICH));
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
        rpc.close();
    }
}
