package io.pithead.miner.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.api.LimitedBody;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One node by JSON-RPC: bounded in time as a whole and in size, no redirects. No message names the URL, which may hold a key. */
final class HttpNode implements AutoCloseable {
    /** Nothing that is asked here comes near it. */
    static final int MAX_BYTES = 1 << 20;

    private static final int OK = 200;

    private final URI url;
    private final Duration deadline;
    private final HttpClient client;
    private OptionalLong chain = OptionalLong.empty();
    private int calls;

    HttpNode(URI url, Duration deadline) {
        this.url = url;
        this.deadline = deadline;
        client = HttpClient.newBuilder()
                .connectTimeout(deadline)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Which chain it is of; asked once. */
    long chain() throws RpcException {
        if (chain.isEmpty()) {
            chain = OptionalLong.of(Wire.number(call("eth_chainId", List.of())));
        }
        return chain.getAsLong();
    }

    JsonNode call(String method, List<?> params) throws RpcException {
        var body = new LinkedHashMap<String, Object>();
        body.put("jsonrpc", "2.0");
        body.put("id", ++calls);
        body.put("method", method);
        body.put("params", params);
        HttpResponse<byte[]> response = exchange(HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .timeout(deadline)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
                .build());
        JsonNode answer = tree(response);
        if (answer.hasNonNull("error")) {
            JsonNode error = answer.get("error");
            throw new RpcException(
                    error.path("code").asInt(),
                    error.path("message").asText("no reason given"),
                    error.path("data").asText(""));
        }
        if (response.statusCode() != OK) {
            throw new RpcException("it answers with status " + response.statusCode());
        }
        if (answer.path("id").asInt(-1) != calls || !answer.has("result")) {
            throw new RpcException("it answers something that was not asked");
        }
        return answer.get("result");
    }

    private static JsonNode tree(HttpResponse<byte[]> response) throws RpcException {
        try {
            JsonNode answer = Json.tree(response.body());
            if (answer.isObject()) {
                return answer;
            }
        } catch (InvalidPayloadException e) {
            // said below
        }
        throw new RpcException(
                response.statusCode() == OK
                        ? "it does not answer in JSON-RPC"
                        : "it answers with status " + response.statusCode());
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) throws RpcException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, info -> new LimitedBody(MAX_BYTES));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RpcException("it does not answer in time");
        } catch (ExecutionException e) {
            // the library's reason may name the URL
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RpcException("it is not reached: " + cause.getClass().getSimpleName());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new RpcException("interrupted");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
