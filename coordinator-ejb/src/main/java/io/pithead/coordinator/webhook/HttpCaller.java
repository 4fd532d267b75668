package io.pithead.coordinator.webhook;

import io.pithead.coordinator.webhook.Addresses.RefusedAddressException;
import io.pithead.coordinator.webhook.core.AddressPolicy;
import io.pithead.coordinator.webhook.core.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * One POST to a stranger: bounded in time as a whole and per step, in headers and body, without redirects, cookies,
 * credentials, decompression or proxies.
 */
final class HttpCaller implements AutoCloseable {
    static final int MAX_RESPONSE_BYTES = 64 * 1024;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final TimeValue KEPT_ALIVE = TimeValue.ofSeconds(30);
    private static final int MAX_HEADERS = 100;
    private static final int MAX_HEADER_LINE = 8 * 1024;
    private static final long MAX_RETRY_AFTER_S = 86_400;

    private final CloseableHttpClient client;
    private final Duration timeout;
    private final ScheduledThreadPoolExecutor deadlines;

    HttpCaller(Addresses addresses, Duration timeout, int perHost, int total) {
        this.timeout = timeout;
        Duration connect = CONNECT.compareTo(timeout) < 0 ? CONNECT : timeout;
        var bounds = Http1Config.custom()
                .setMaxHeaderCount(MAX_HEADERS)
                .setMaxLineLength(MAX_HEADER_LINE)
                .build();
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(addresses)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(bounds)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connect))
                        .setSocketTimeout(Timeout.of(timeout))
                        .setTimeToLive(KEPT_ALIVE)
                        .build())
                .setMaxConnPerRoute(perHost)
                .setMaxConnTotal(total)
                .build();
        client = HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(timeout))
                        .setResponseTimeout(Timeout.of(timeout))
                        .setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false)
                        .build())
                .setUserAgent("Pithead-Webhook/1")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
        deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "pithead-webhook-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /** Calls whom the settings allow, as many at a time as the loop makes. */
    static HttpCaller of(WebhookConfig config) {
        return new HttpCaller(
                new Addresses(
                        SystemDefaultDnsResolver.INSTANCE,
                        config.allowPrivate() ? address -> true : AddressPolicy::isPublic),
                config.timeout(),
                CallsInFlight.PER_HOST,
                CallsInFlight.TOTAL);
    }

    /** What is posted, and what says who posts it. */
    record Call(URI url, byte[] body, String signature, String delivery, String event) {}

    Outcome post(Call call) {
        var post = new HttpPost(call.url());
        post.setEntity(new ByteArrayEntity(call.body(), ContentType.APPLICATION_JSON));
        post.setHeader("Pithead-Signature", call.signature());
        post.setHeader("Pithead-Delivery", call.delivery());
        post.setHeader("Pithead-Event", call.event());
        var late = new AtomicBoolean();
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> {
                    late.set(true);
                    post.cancel();
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
        Outcome outcome = new Outcome.Unreached("no answer");
        try (ClassicHttpResponse response = client.executeOpen(null, post, null)) {
            outcome = new Outcome.Answered(response.getCode(), retryAfter(response));
            discard(post, response);
        } catch (IOException | RuntimeException e) {
            // once the status has been heard, how the rest ends does not matter
            if (!(outcome instanceof Outcome.Answered)) {
                outcome = new Outcome.Unreached(late.get() ? "no answer in " + timeout.toSeconds() + " s" : reason(e));
            }
        } finally {
            deadline.cancel(false);
        }
        return outcome;
    }

    /** A short body is read, so that the connection can be used again; any other ends the connection. */
    private static void discard(HttpPost post, ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return;
        }
        InputStream body = entity.getContent();
        if (body.readNBytes(MAX_RESPONSE_BYTES + 1).length > MAX_RESPONSE_BYTES) {
            post.cancel();
        }
    }

    private static Optional<Duration> retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader("Retry-After");
        if (header == null || !header.getValue().strip().matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        long seconds = Long.parseLong(header.getValue().strip());
        return Optional.of(Duration.ofSeconds(Math.min(seconds, MAX_RETRY_AFTER_S)));
    }

    /** Enough for the buyer to act on, and nothing about this server's network. */
    private static String reason(Exception e) {
        return switch (e) {
            case RefusedAddressException refused -> "the host has no public address";
            case UnknownHostException unknown -> "the host is unknown";
            case SSLException tls -> "the TLS handshake failed: " + tls.getMessage();
            case ConnectException connect -> "the connection was refused";
            case InterruptedIOException timeout -> "no answer in time";
            default -> "the connection broke";
        };
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }
}
