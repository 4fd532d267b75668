package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.platform.BoundedBytes;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** JSON-RPC by HTTP: one batch a request, bounded in time as a whole and in size; no redirects. */
final class HttpRpc implements Rpc, AutoCloseable {
    /** Ten thousand logs are some megabytes. */
    static final int MAX_BYTES = 32 << 20;

    private static final int OK = 200;

    private final URI url;
    private final Duration deadline;
    private final HttpClient client;

    HttpRpc(URI url, Duration deadline) {
        this.url = url;
        this.deadline = deadline;
        this.client = HttpClient.newBuilder()
                .connectTimeout(deadline)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public List<Answer> call(List<Call> calls) throws RpcException {
        if (calls.isEmpty()) {
            return List.of();
        }
        HttpResponse<byte[]> response = exchange(HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .timeout(deadline)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body(calls))))
                .build());
        if (response.statusCode() != OK) {
            throw new RpcException("the node answers with status " + response.statusCode());
        }
        return answers(response.body(), calls.size());
    }

    private static List<Map<String, Object>> body(List<Call> calls) {
        var batch = new ArrayList<Map<String, Object>>();
        for (Call call : calls) {
            var one = new LinkedHashMap<String, Object>();
            one.put("jsonrpc", "2.0");
            one.put("id", batch.size());
            one.put("method", call.method());
            one.put("params", call.params());
            batch.add(one);
        }
        return batch;
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) throws RpcException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, info -> new BoundedBytes(MAX_BYTES));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RpcException("the node does not answer in " + deadline.toSeconds() + " s");
        } catch (ExecutionException e) {
            // the reason of the library's may name the URL, which may hold a key
            Throwable cause = e.getCause();
            throw new RpcException(
                    cause instanceof BoundedBytes.TooLargeException
                            ? "the node answers more than " + MAX_BYTES + " bytes"
                            : "the node is not reached: "
                                    + (cause == null ? e : cause).getClass().getSimpleName());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new RpcException("interrupted");
        }
    }

    private static List<Answer> answers(byte[] body, int expected) throws RpcException {
        JsonNode batch;
        try {
            batch = Json.tree(body);
        } catch (InvalidPayloadException e) {
            throw new RpcException("the node does not answer in JSON");
        }
        if (!batch.isArray()) {
            throw new RpcException(
                    "the node refuses a batch: " + failure(batch.path("error")).message());
        }
        var byId = new HashMap<Integer, JsonNode>();
        for (JsonNode one : batch) {
            byId.put(one.path("id").asInt(-1), one);
        }
        var answers = new ArrayList<Answer>();
        for (int i = 0; i < expected; i++) {
            JsonNode one = byId.get(i);
            if (one == null) {
                throw new RpcException("the node leaves calls of a batch unanswered");
            }
            answers.add(
                    one.hasNonNull("error")
                            ? new Answer(null, failure(one.get("error")))
                            : new Answer(one.get("result"), null));
        }
        return answers;
    }

    private static Failure failure(JsonNode error) {
        return new Failure(
                error.path("code").asInt(),
                Text.line(error.path("message").asText("no reason given")),
                error.path("data").asText(""));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
