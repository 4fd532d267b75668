package io.pithead.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** One kept connection: a request out, its whole answer in. Only as much of HTTP/1.1 as our server speaks. */
final class Connection implements AutoCloseable {
    private static final int BUFFER = 4 * 1024;
    private static final int MAX_HEAD = 16 * 1024;
    private static final int MAX_BODY = 64 << 20;
    private static final int HEX = 16;
    private static final int DROPPED = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    Connection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    Answer exchange(byte[] request) throws IOException {
        send(request);
        return receive();
    }

    void send(byte[] request) throws IOException {
        out.write(request);
        out.flush();
    }

    /** Drops what comes for so long, and says how often the mark was in it. */
    long countFor(Duration time, byte mark) throws IOException {
        long deadline = System.nanoTime() + time.toNanos();
        from = to;
        var dropped = new byte[DROPPED];
        long found = 0;
        while (System.nanoTime() < deadline) {
            int read = in.read(dropped);
            if (read < 0) {
                throw new EOFException("closed by the server");
            }
            found += count(dropped, read, mark);
        }
        return found;
    }

    static long count(byte[] bytes, int length, byte mark) {
        long found = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == mark) {
                found++;
            }
        }
        return found;
    }

    Answer receive() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:") && lower.endsWith("chunked")) {
                chunked = true;
            }
        }
        return new Answer(status, chunked ? chunks() : bytes(length));
    }

    private byte[] chunks() throws IOException {
        byte[] body = {};
        while (true) {
            int length = Integer.parseInt(line().split(";", 2)[0].strip(), HEX);
            byte[] chunk = bytes(length);
            line();
            if (length == 0) {
                return body;
            }
            int old = body.length;
            requireBounded(old + length);
            body = Arrays.copyOf(body, old + length);
            System.arraycopy(chunk, 0, body, old, length);
        }
    }

    private byte[] bytes(int length) throws IOException {
        requireBounded(length);
        byte[] bytes = new byte[length];
        int held = Math.min(length, to - from);
        System.arraycopy(buffer, from, bytes, 0, held);
        from += held;
        for (int read = held; read < length; ) {
            int more = in.read(bytes, read, length - read);
            if (more < 0) {
                throw new EOFException("closed in the middle of a body");
            }
            read += more;
        }
        return bytes;
    }

    private static void requireBounded(int length) throws IOException {
        if (length < 0 || length > MAX_BODY) {
            throw new ProtocolException("a body of " + length + " bytes");
        }
    }

    private String line() throws IOException {
        for (int at = from; ; at++) {
            if (at == to) {
                int done = at - from;
                fill();
                at = from + done;
            }
            if (buffer[at] == '\n') {
                String line = new String(buffer, from, Math.max(0, at - from - 1), StandardCharsets.ISO_8859_1);
                from = at + 1;
                return line;
            }
        }
    }

    /** Reads more behind what is held. */
    private void fill() throws IOException {
        int held = to - from;
        System.arraycopy(buffer, from, buffer, 0, held);
        from = 0;
        to = held;
        if (held == buffer.length) {
            if (held >= MAX_HEAD) {
                throw new ProtocolException("a header line of more than " + MAX_HEAD + " bytes");
            }
            buffer = Arrays.copyOf(buffer, held * 2);
        }
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new EOFException("closed by the server");
        }
        to += read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
