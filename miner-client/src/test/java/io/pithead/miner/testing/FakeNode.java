package io.pithead.miner.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A chain's node over HTTP that says what a test wants it to say, true or not. */
public final class FakeNode implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Function<JsonNode, @Nullable Object>> methods = new ConcurrentHashMap<>();
    private final Map<String, String> calls = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile @Nullable Raw raw;

    /** In place of every answer. */
    private record Raw(int status, byte[] body, long delayMillis) {}

    /** An answer that is an error. */
    public record Failure(
            int code, String message, @Nullable String data) {}

    public FakeNode(long chain) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        answer("eth_chainId", quantity(chain));
        answer("eth_getCode", Hex.text(Members.CODE));
        methods.put("eth_call", this::call);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/a-secret-key");
    }

    public void answer(String method, @Nullable Object result) {
        methods.put(method, params -> result);
    }

    public void answer(String method, Function<JsonNode, @Nullable Object> how) {
        methods.put(method, how);
    }

    /** @param words 64 digits each */
    public void returns(Address contract, String signature, String... words) {
        calls.put(contract.text() + selector(signature), "0x" + String.join("", words));
    }

    /** Whatever is asked, this is what comes. */
    public void sayOnly(int status, String body, long delayMillis) {
        raw = new Raw(status, body.getBytes(StandardCharsets.UTF_8), delayMillis);
    }

    public void sayTheUsual() {
        raw = null;
    }

    /** By whom it manages, whether the invite is spent, and what time it is there. */
    public void run(Address manager, boolean spent, int status, long now) {
        Address runs = Members.NETWORK.at("Runs");
        returns(runs, "managerOf(uint256)", word(manager));
        returns(runs, "statusOf(uint256)", word(status));
        returns(Members.NETWORK.at("Memberships"), "isSpent(uint256,uint256)", word(spent ? 1 : 0));
        block(now, 1_000_000_000);
    }

    public void block(long time, long baseFee) {
        answer("eth_getBlockByNumber", Map.of("timestamp", quantity(time), "baseFeePerGas", quantity(baseFee)));
    }

    public List<String> asked() {
        return List.copyOf(asked);
    }

    public long count(String method) {
        return asked.stream().filter(method::equals).count();
    }

    private @Nullable Object call(JsonNode params) {
        JsonNode call = params.path(0);
        String data = call.path("data").asText();
        String known = calls.get(call.path("to").asText() + data.substring(0, 10));
        return known == null ? new Failure(3, "execution reverted", "0x") : known;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Raw only = raw;
            if (only != null) {
                Thread.sleep(only.delayMillis());
                reply(exchange, only.status(), only.body());
                return;
            }
            JsonNode request = Json.tree(body);
            String method = request.path("method").asText();
            asked.add(method);
            reply(exchange, 200, Json.write(answer(request, method)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (InvalidPayloadException e) {
            throw new IOException(e);
        }
    }

    private Map<String, Object> answer(JsonNode request, String method) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("jsonrpc", "2.0");
        answer.put("id", request.path("id").asInt());
        Object result = methods.getOrDefault(method, params -> new Failure(-32601, "the method is not there", null))
                .apply(request.path("params"));
        if (result instanceof Failure failure) {
            var error = new LinkedHashMap<String, Object>();
            error.put("code", failure.code());
            error.put("message", failure.message());
            if (failure.data() != null) {
                error.put("data", failure.data());
            }
            answer.put("error", error);
        } else {
            answer.put("result", result == null ? com.fasterxml.jackson.databind.node.NullNode.getInstance() : result);
        }
        return answer;
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    public static String selector(String signature) {
        return Hex.text(Keccak.digest(signature.getBytes(StandardCharsets.UTF_8)))
                .substring(0, 10);
    }

    public static String quantity(long number) {
        return "0x" + Long.toHexString(number);
    }

    public static String word(long number) {
        return "%064x".formatted(number);
    }

    public static String word(Address address) {
        return "0".repeat(24) + address.text().substring(2);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
