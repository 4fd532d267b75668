package io.pithead.e2e;

import io.pithead.e2e.Api.Answer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One connection, whose answers are taken as strictly as they are announced: what is cut short is no answer. */
final class Wire implements Closeable {
    private static final Duration LIMIT = Duration.ofSeconds(100);
    private static final int CONTINUE = 100;
    private static final int NO_CONTENT = 204;

    private final Socket socket;
    private final InputStream in;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) LIMIT.toMillis());
        in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire to(URI origin) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), origin.getPort()));
    }

    /** Returns when the kernel has taken all of it. */
    void send(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** The next whole answer; throws when there is none or only a part of one. */
    Answer answer() throws IOException {
        String head = head();
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        if (status == CONTINUE) {
            return answer();
        }
        HttpHeaders headers = headers(head);
        byte[] body = new byte[0];
        if (headers.firstValue("Transfer-Encoding").isPresent()) {
            body = chunks();
        } else if (status != NO_CONTENT) {
            body = headers.firstValue("Content-Length").isPresent()
                    ? exactly(Math.toIntExact(
                            headers.firstValueAsLong("Content-Length").getAsLong()))
                    : rest();
        }
        return new Answer(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    /** Whether the server has said all that it had to say, and closed. */
    boolean isOver() throws IOException {
        return in.read() < 0;
    }

    /** Everything that is still said. */
    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("cut in its head: " + head);
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.")) {
            throw new IOException("not an answer: " + head);
        }
        return head.toString();
    }

    private static HttpHeaders headers(String head) {
        Map<String, List<String>> headers = head.lines()
                .skip(1)
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.groupingBy(
                        pair -> pair[0].strip(), Collectors.mapping(pair -> pair[1].strip(), Collectors.toList())));
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("cut in its body: " + body.length + " of " + length);
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var size = new StringBuilder();
            while (size.indexOf("\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException("cut between chunks");
                }
                size.append((char) next);
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            body.write(exactly(length));
            exactly(2);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
