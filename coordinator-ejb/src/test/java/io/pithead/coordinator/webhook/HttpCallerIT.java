package io.pithead.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pithead.coordinator.webhook.core.AddressPolicy;
import io.pithead.coordinator.webhook.core.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The timeout of each test only ends a test that hangs. */
@Timeout(60)
class HttpCallerIT {
    private static final Duration SHORT = Duration.ofMillis(700);
    private static final Duration LONG = Duration.ofSeconds(30);

    Receiver receiver;
    final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void a_call_carries_body_signature_delivery_and_event() {
        Outcome outcome = post(anywhere(LONG), receiver.url("/hook?a=b"));

        assertThat(outcome).isEqualTo(new Outcome.Answered(204, Optional.empty()));
        assertThat(receiver.received()).singleElement().satisfies(received -> {
            assertThat(received.path()).isEqualTo("/hook");
            assertThat(received.text()).isEqualTo("{}");
            assertThat(received.signature()).isEqualTo("t=1,v1=00");
            assertThat(received.delivery()).isEqualTo("d-1");
            assertThat(received.event()).isEqualTo("job.queued");
        });
    }

    @Test
    void a_redirect_is_not_followed() {
        receiver.on("/from", exchange -> {
            exchange.getResponseHeaders().add("Location", receiver.url("/to"));
            exchange.sendResponseHeaders(307, -1);
        });

        assertThat(post(anywhere(LONG), receiver.url("/from"))).isEqualTo(new Outcome.Answered(307, Optional.empty()));
        assertThat(receiver.received("/to")).isEmpty();
    }

    @Test
    void a_receiver_may_name_a_pause() {
        receiver.on("/busy", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "120");
            exchange.sendResponseHeaders(503, -1);
        });
        receiver.on("/odd", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "soon");
            exchange.sendResponseHeaders(503, -1);
        });

        assertThat(post(anywhere(LONG), receiver.url("/busy")))
                .isEqualTo(new Outcome.Answered(503, Optional.of(Duration.ofSeconds(120))));
        assertThat(post(anywhere(LONG), receiver.url("/odd"))).isEqualTo(new Outcome.Answered(503, Optional.empty()));
    }

    @Test
    void a_receiver_that_does_not_answer_is_left() {
        var never = new CountDownLatch(1);
        receiver.on("/slow", exchange -> never.await());

        assertThat(post(anywhere(SHORT), receiver.url("/slow"))).isInstanceOf(Outcome.Unreached.class);
        never.countDown();
    }

    @Test
    void a_receiver_that_answers_a_byte_at_a_time_is_left_at_the_deadline() throws Exception {
        var server = raw(socket -> {
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            while (!socket.isClosed()) {
                out.write('a');
                out.flush();
                socket.setSoTimeout(50);
                waitForByte(socket);
            }
        });

        assertThat(post(anywhere(SHORT), "http://127.0.0.1:" + server.getLocalPort() + "/"))
                .isInstanceOf(Outcome.Unreached.class);
    }

    @Test
    void an_endless_answer_is_not_read() {
        var written = new AtomicLong();
        receiver.on("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[64 * 1024];
            for (OutputStream out = exchange.getResponseBody(); ; written.addAndGet(piece.length)) {
                out.write(piece);
            }
        });

        assertThat(post(anywhere(LONG), receiver.url("/endless")))
                .isEqualTo(new Outcome.Answered(200, Optional.empty()));
        // what fits into the buffers of two sockets, not a stream
        assertThat(written.get()).isLessThan(64L << 20);
    }

    @Test
    void endless_headers_are_refused() throws Exception {
        var server = raw(socket -> {
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] header = ("X-Much: " + "a".repeat(1_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(header);
            }
        });

        assertThat(post(anywhere(LONG), "http://127.0.0.1:" + server.getLocalPort() + "/"))
                .isInstanceOf(Outcome.Unreached.class);
    }

    @Test
    void what_is_not_http_is_not_an_answer() throws Exception {
        var server =
                raw(socket -> socket.getOutputStream().write("220 smtp ready\r\n".getBytes(StandardCharsets.US_ASCII)));

        assertThat(post(anywhere(SHORT), "http://127.0.0.1:" + server.getLocalPort() + "/"))
                .isInstanceOf(Outcome.Unreached.class);
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused(@TempDir Path folder) throws Exception {
        HttpsServer server = selfSigned(folder);
        var called = new CountDownLatch(1);
        server.createContext("/", exchange -> called.countDown());
        server.start();
        opened.add(() -> server.stop(0));

        Outcome outcome =
                post(anywhere(LONG), "https://localhost:" + server.getAddress().getPort() + "/");

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Unreached.class,
                        unreached -> assertThat(unreached.reason()).startsWith("the TLS handshake failed"));
        assertThat(called.getCount()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"
            })
    void no_spelling_of_a_private_address_is_called(String host) {
        HttpCaller caller = caller(SystemDefaultDnsResolver.INSTANCE, AddressPolicy::isPublic, LONG);

        assertThat(post(caller, "http://" + host + ":" + receiver.port() + "/")).isInstanceOf(Outcome.Unreached.class);
        assertThat(receiver.received()).isEmpty();
    }

    /** 127.0.0.2 stands for the internet, where nobody listens; 127.0.0.1 for the inside, where the receiver does. */
    @Test
    void a_name_that_changes_between_check_and_connect_reaches_nothing_inside() throws Exception {
        var answers = new ArrayList<>(List.of("127.0.0.2", "127.0.0.1", "127.0.0.1", "127.0.0.1"));
        HttpCaller caller = caller(names(host -> answers.removeFirst()), HttpCallerIT::outside, LONG);
        String url = "http://rebind.example:" + receiver.port() + "/";

        assertThat(post(caller, url)).isEqualTo(new Outcome.Unreached("the connection was refused"));
        assertThat(answers).as("one look-up for one call").hasSize(3);
        assertThat(post(caller, url)).isEqualTo(new Outcome.Unreached("the host has no public address"));
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void of_several_addresses_only_the_allowed_ones_are_tried() throws Exception {
        try (var outside = new Receiver(InetAddress.getByName("127.0.0.2"))) {
            DnsResolver both = new DnsResolver() {
                @Override
                public InetAddress[] resolve(String host) throws UnknownHostException {
                    return new InetAddress[] {InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2")};
                }

                @Override
                public String resolveCanonicalHostname(String host) {
                    return host;
                }
            };

            post(caller(both, HttpCallerIT::outside, LONG), "http://both.example:" + outside.port() + "/");

            assertThat(outside.received()).hasSize(1);
        }
    }

    @Test
    void an_unknown_host_is_said_to_be_unknown() {
        HttpCaller caller = caller(
                names(host -> {
                    throw new UnknownHostException(host);
                }),
                address -> true,
                LONG);

        assertThat(post(caller, "http://nowhere.example/")).isEqualTo(new Outcome.Unreached("the host is unknown"));
    }

    private static boolean outside(InetAddress address) {
        return address.getHostAddress().equals("127.0.0.2");
    }

    private HttpCaller anywhere(Duration timeout) {
        return caller(SystemDefaultDnsResolver.INSTANCE, address -> true, timeout);
    }

    private HttpCaller caller(DnsResolver names, Predicate<InetAddress> allowed, Duration timeout) {
        var caller = new HttpCaller(new Addresses(names, allowed), timeout, 4, 16);
        opened.add(caller);
        return caller;
    }

    private static Outcome post(HttpCaller caller, String url) {
        return caller.post(new HttpCaller.Call(
                URI.create(url), "{}".getBytes(StandardCharsets.UTF_8), "t=1,v1=00", "d-1", "job.queued"));
    }

    private interface Lookup {
        String address(String host) throws UnknownHostException;
    }

    private static DnsResolver names(Lookup lookup) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return new InetAddress[] {InetAddress.getByName(lookup.address(host))};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    private interface Peer {
        void talk(Socket socket) throws IOException;
    }

    /** A server that speaks as it likes, to one caller. */
    private ServerSocket raw(Peer peer) throws IOException {
        var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        opened.add(server);
        var thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                peer.talk(socket);
            } catch (IOException e) {
                // the caller has left, as it should
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** A pause that ends at once when the other side leaves. */
    private static void waitForByte(Socket socket) throws IOException {
        try {
            if (socket.getInputStream().read() < 0) {
                socket.close();
            }
        } catch (java.net.SocketTimeoutException e) {
            // still there
        }
    }

    private static HttpsServer selfSigned(Path folder) throws Exception {
        Path file = folder.resolve("self.p12");
        int made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "self",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "password")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start()
                .waitFor();
        assertThat(made).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, "password".toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "password".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return server;
    }
}
