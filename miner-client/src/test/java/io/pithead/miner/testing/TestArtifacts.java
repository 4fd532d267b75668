package io.pithead.miner.testing;

import com.sun.net.httpserver.HttpExchange;
import io.pithead.protocol.signing.Digests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Artifacts in memory, with ranges both ways, and transfers that break off when told to. */
public final class TestArtifacts {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:\\*|([0-9]+)-[0-9]+)/([0-9]+)");

    private final Map<String, byte[]> stored = new ConcurrentHashMap<>();
    private final Map<String, byte[]> partial = new ConcurrentHashMap<>();
    private final AtomicInteger breaks = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();

    public String add(byte[] bytes) {
        String sha = Digests.sha256Hex(bytes);
        stored.put(sha, bytes.clone());
        return sha;
    }

    /** Stores bytes under a digest that is not theirs. */
    public void lie(String sha, byte[] bytes) {
        stored.put(sha, bytes.clone());
    }

    public byte[] get(String sha) {
        return stored.getOrDefault(sha, new byte[0]).clone();
    }

    void takeOver(TestArtifacts other) {
        stored.putAll(other.stored);
    }

    public int count() {
        return stored.size();
    }

    /** The next transfers end after half their bytes. */
    public void breakOff(int transfers) {
        breaks.set(transfers);
    }

    /** How many transfers went on where an earlier one had stopped. */
    public int resumed() {
        return resumed.get();
    }

    void handle(HttpExchange exchange, String sha) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            send(exchange, sha);
        } else {
            receive(exchange, sha);
        }
    }

    private void send(HttpExchange exchange, String sha) throws IOException {
        byte[] bytes = stored.get(sha);
        if (bytes == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher asked = RANGE.matcher(range == null ? "" : range);
        int from = asked.matches() ? Integer.parseInt(asked.group(1)) : 0;
        if (from >= bytes.length && from > 0) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (from > 0) {
            resumed.incrementAndGet();
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
        boolean cut = breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        exchange.getResponseBody().write(rest, 0, cut ? rest.length / 2 : rest.length);
        if (cut) {
            throw new IOException("broken off on purpose");
        }
    }

    private void receive(HttpExchange exchange, String sha) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        Matcher piece = CONTENT_RANGE.matcher(range == null ? "" : range);
        byte[] have = partial.getOrDefault(sha, new byte[0]);
        if (piece.matches() && piece.group(1) == null) {
            if (have.length > 0) {
                exchange.getResponseHeaders().set("Range", "bytes=0-" + (have.length - 1));
            }
            exchange.sendResponseHeaders(308, -1);
            return;
        }
        int from = piece.matches() ? Integer.parseInt(piece.group(1)) : 0;
        if (from != 0 && from != have.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (from > 0) {
            resumed.incrementAndGet();
        }
        var all = new ByteArrayOutputStream();
        all.write(have, 0, from);
        all.writeBytes(exchange.getRequestBody().readAllBytes());
        if (breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            partial.put(sha, Arrays.copyOf(all.toByteArray(), all.size() / 2));
            exchange.sendResponseHeaders(503, -1);
            return;
        }
        if (piece.matches() && all.size() < Integer.parseInt(piece.group(2))) {
            partial.put(sha, all.toByteArray());
            exchange.sendResponseHeaders(202, -1);
            return;
        }
        boolean good = Digests.sha256Hex(all.toByteArray()).equals(sha);
        if (good) {
            stored.put(sha, all.toByteArray());
        }
        exchange.sendResponseHeaders(good ? 201 : 422, -1);
    }
}
