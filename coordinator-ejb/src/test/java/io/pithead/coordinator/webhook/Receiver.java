package io.pithead.coordinator.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that somebody's webhooks go to, well-behaved unless a path is told otherwise. */
final class Receiver implements AutoCloseable {
    /** What arrived. */
    record Received(String path, String signature, String delivery, String event, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** How a path answers. */
    @FunctionalInterface
    interface Behaviour {
        void answer(HttpExchange exchange) throws Exception;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();

    Receiver() throws IOException {
        this(InetAddress.getLoopbackAddress());
    }

    Receiver(InetAddress address) throws IOException {
        server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    void on(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
    }

    void answers(String path, int status) {
        on(path, exchange -> exchange.sendResponseHeaders(status, -1));
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    List<Received> received(String path) {
        return received.stream().filter(one -> one.path.equals(path)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            var headers = exchange.getRequestHeaders();
            received.add(new Received(
                    path,
                    String.valueOf(headers.getFirst("Pithead-Signature")),
                    String.valueOf(headers.getFirst("Pithead-Delivery")),
                    String.valueOf(headers.getFirst("Pithead-Event")),
                    exchange.getRequestBody().readAllBytes()));
            Behaviour behaviour = behaviours.get(path);
            if (behaviour == null) {
                exchange.sendResponseHeaders(204, -1);
            } else {
                behaviour.answer(exchange);
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
