package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The public API, as one party. */
public final class Rest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FIRST_REFUSAL = 300;

    private final HttpClient client;
    private final URI origin;
    /** Empty for none. */
    private final String key;

    private Rest(HttpClient client, URI origin, String key) {
        this.client = client;
        this.origin = origin;
        this.key = key;
    }

    /** Without TLS, or with a certificate that everybody trusts. */
    public static Rest plain(URI origin, String key) {
        return new Rest(HttpClient.newBuilder().connectTimeout(LIMIT).build(), origin, key);
    }

    static Rest trusting(Path certificate, URI origin, String key) throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(tls)
                    .connectTimeout(LIMIT)
                    .build();
            return new Rest(client, origin, key);
        } catch (GeneralSecurityException e) {
            throw new IOException("the server's certificate " + certificate + " cannot be used", e);
        }
    }

    /** Plain HTTP without a key, as a line of curl goes. */
    Rest open(URI http) {
        return new Rest(client, http, "");
    }

    Rest as(String otherKey) {
        return new Rest(client, origin, otherKey);
    }

    /** Whether the server knows this key. */
    boolean isWelcome() throws IOException, InterruptedException {
        return send(request("/v1/wallet/balance").GET().build()).statusCode() < FIRST_REFUSAL;
    }

    JsonNode get(String path) throws IOException, InterruptedException, DemoException {
        return accepted(path, send(request(path).GET().build()));
    }

    String text(String path) throws IOException, InterruptedException, DemoException {
        HttpResponse<byte[]> answer =
                send(request(path).header("Accept", "text/plain").GET().build());
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.statusCode() >= FIRST_REFUSAL) {
            throw new DemoException(path + " answered " + answer.statusCode() + ": " + body);
        }
        return body;
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException, DemoException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body)))
                .build();
        return accepted(path, send(request));
    }

    /** Whatever is answered. */
    HttpResponse<byte[]> send(String method, String path, byte @Nullable [] json)
            throws IOException, InterruptedException {
        var body = json == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(json);
        var request = request(path).method(method, body);
        return send((json == null ? request : request.header("Content-Type", "application/json")).build());
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(origin.resolve(path)).timeout(LIMIT);
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static JsonNode accepted(String path, HttpResponse<byte[]> answer) throws DemoException {
        try {
            JsonNode body = Json.tree(answer.body());
            if (answer.statusCode() < FIRST_REFUSAL) {
                return body;
            }
            throw new DemoException(path + " answered " + answer.statusCode() + ": " + body);
        } catch (InvalidPayloadException e) {
            throw new DemoException(path + " answered " + answer.statusCode() + " without JSON");
        }
    }
}
