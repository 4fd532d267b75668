package io.pithead.miner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.protocol.tls.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator whose certificate nobody signed. */
class TrustTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path temp;

    private KeyStore selfSigned(String name) throws Exception {
        Path store = temp.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=" + name,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private Path pem(KeyStore keys) throws Exception {
        String base64 = Base64.getMimeEncoder()
                .encodeToString(keys.getCertificate("server").getEncoded());
        return Files.writeString(
                temp.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }

    private static HttpsServer server(KeyStore keys) throws Exception {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(404, -1);
            }
        });
        server.start();
        return server;
    }

    private static Answer<?> ask(HttpsServer server, Optional<Path> caFile) throws IOException {
        var url = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        try (var api =
                new CoordinatorApi(new CoordinatorConfig(url, caFile), Optional.empty(), InstantSource.system())) {
            return api.keys();
        }
    }

    @Test
    void a_self_signed_certificate_is_trusted_only_when_its_file_is_named() throws Exception {
        KeyStore keys = selfSigned("ip:127.0.0.1");
        HttpsServer server = server(keys);
        try {
            assertThat(ask(server, Optional.empty())).isInstanceOf(Answer.Lost.class);
            assertThat(ask(server, Optional.of(pem(keys)))).isInstanceOf(Answer.Refused.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_trusted_certificate_of_another_host_is_refused() throws Exception {
        KeyStore keys = selfSigned("dns:coordinator.example.net");
        HttpsServer server = server(keys);
        try {
            assertThat(ask(server, Optional.of(pem(keys)))).isInstanceOf(Answer.Lost.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_file_without_a_certificate_is_named() throws IOException {
        Path empty = Files.createFile(temp.resolve("empty.pem"));
        assertThatThrownBy(() -> Trust.context(Optional.of(empty))).hasMessageContaining("CA_FILE");
    }
}
