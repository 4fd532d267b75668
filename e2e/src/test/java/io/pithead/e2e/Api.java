package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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

/** A client of one origin with one key. */
final class Api {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final URI origin;
    private final @Nullable String key;

    private Api(HttpClient client, URI origin, @Nullable String key) {
        this.client = client;
        this.origin = origin;
        this.key = key;
    }

    /** What came back; {@code body} is null JSON when there was none. */
    record Answer(int status, HttpHeaders headers, String text) {
        JsonNode body() {
            try {
                return Json.tree(text.getBytes(StandardCharsets.UTF_8));
            } catch (Exception e) {
                throw new AssertionError("not JSON: " + status + " " + text, e);
            }
        }

        Answer expect(int expected) {
            if (status != expected) {
                throw new AssertionError("expected " + expected + ", got " + status + ": " + text);
            }
            return this;
        }
    }

    static Api open(URI origin) {
        return new Api(HttpClient.newBuilder().connectTimeout(LIMIT).build(), origin, null);
    }

    /** Over HTTPS, trusting one certificate and nothing else. */
    static Api trusting(Path certificate, URI origin) {
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
            return new Api(client, origin, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    Api withKey(String other) {
        return new Api(client, origin, other);
    }

    /** This client with the key of another. */
    Api as(Api other) {
        return new Api(client, origin, other.key);
    }

    Answer get(String path) {
        return send(request(path).GET().build());
    }

    Answer post(String path, Map<String, ?> body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body)))
                .build());
    }

    /** Any method and body, with headers as name, value, name, value. */
    Answer send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    URI origin() {
        return origin;
    }

    /** The key that goes with every request. */
    String key() {
        return java.util.Objects.requireNonNull(key, "this client has no key");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(origin.resolve(path)).timeout(LIMIT);
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private Answer send(HttpRequest request) {
        try {
            var answer = client.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
