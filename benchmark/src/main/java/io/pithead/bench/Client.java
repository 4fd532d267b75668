package io.pithead.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Where the measured server listens, and the requests it is sent. */
final class Client {
    private static final int CONNECT_MILLIS = 20_000;
    /** Longer than the longest poll. */
    private static final int READ_MILLIS = 90_000;

    private final URI origin;
    private final SSLContext tls;

    private Client(URI origin, SSLContext tls) {
        this.origin = origin;
        this.tls = tls;
    }

    static Client trusting(URI origin, Path certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return new Client(origin, tls);
    }

    Connection connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress("127.0.0.1", origin.getPort()), CONNECT_MILLIS);
            plain.setSoTimeout(READ_MILLIS);
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, origin.getHost(), origin.getPort(), true);
            socket.startHandshake();
            return new Connection(socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    byte[] get(String path, String key) {
        return ("GET " + path + " HTTP/1.1\r\n" + common(key) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    byte[] delete(String path, String key) {
        return ("DELETE " + path + " HTTP/1.1\r\n" + common(key) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    byte[] post(String path, String key, String body) {
        return withBody("POST", path, common(key), body.getBytes(StandardCharsets.UTF_8));
    }

    byte[] put(String path, String key, String body) {
        return withBody("PUT", path, common(key), body.getBytes(StandardCharsets.UTF_8));
    }

    /** @param authorization the whole header's value */
    byte[] signed(String method, String path, String authorization, byte[] body) {
        return withBody(method, path, host() + "Authorization: " + authorization + "\r\n", body);
    }

    private static byte[] withBody(String method, String path, String headers, byte[] bytes) {
        byte[] head = (method + " " + path + " HTTP/1.1\r\n" + headers
                        + "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(bytes, 0, request, head.length, bytes.length);
        return request;
    }

    private String common(String key) {
        return host() + "Authorization: Bearer " + key + "\r\n";
    }

    private String host() {
        return "Host: " + origin.getHost() + ":" + origin.getPort() + "\r\n";
    }
}
