package io.pithead.miner.bridge;

import io.pithead.miner.bridge.core.Line;
import io.pithead.miner.bridge.core.LinePace;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.protocol.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The socket of one container: a thread for it, and one for each of its few connections. */
public final class BridgeSocket implements AutoCloseable {
    public static final String NAME = "miner.sock";

    static final int MAX_CONNECTIONS = 16;
    private static final System.Logger LOG = System.getLogger(BridgeSocket.class.getName());
    private static final byte[] OK = "{\"ok\":true}\n".getBytes(StandardCharsets.UTF_8);
    /** What the system takes for a socket's address, with its end. */
    private static final int MAX_ADDRESS = 107;
    /** Too many open files, say: not to be tried again at once. */
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private final ServerSocketChannel server;
    private final Listener listener;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final Object turn = new Object();
    private LinePace pace = LinePace.begun(System.nanoTime());

    private BridgeSocket(ServerSocketChannel server, Listener listener) {
        this.server = server;
        this.listener = listener;
    }

    /**
     * In a folder that the container sees; a socket that an earlier miner left there is replaced.
     *
     * @param group that may connect
     */
    public static BridgeSocket open(Path folder, int group, Listener listener) throws IOException {
        Path socket = folder.resolve(NAME);
        Files.deleteIfExists(socket);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bind(server, folder, socket);
            Files.setAttribute(socket, "unix:gid", group);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        var bridge = new BridgeSocket(server, listener);
        Thread.ofVirtual().name("bridge-" + folder.getFileName()).start(bridge::accept);
        return bridge;
    }

    /** A path that is too long for an address is reached by a short link. */
    private static void bind(ServerSocketChannel server, Path folder, Path socket) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_ADDRESS) {
            server.bind(UnixDomainSocketAddress.of(socket), MAX_CONNECTIONS);
            return;
        }
        Path aside = Files.createTempDirectory("phb");
        Path link = aside.resolve("s");
        try {
            Files.createSymbolicLink(link, folder.toAbsolutePath());
            server.bind(UnixDomainSocketAddress.of(link.resolve(NAME)), MAX_CONNECTIONS);
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(aside);
        }
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                // a connection costs a turn, so that who connects again and again waits too
                awaitTurn();
                try {
                    take(server.accept());
                } catch (ClosedChannelException e) {
                    return;
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.WARNING, () -> "bridge.not-accepted why=" + e);
                    Thread.sleep(AFTER_TROUBLE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(SocketChannel connection) throws IOException {
        connections.add(connection);
        Thread.ofVirtual().name("bridge-connection").start(() -> serve(connection));
        if (!server.isOpen()) {
            connection.close();
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            if (connections.size() > MAX_CONNECTIONS) {
                answer(connection, new Refused(Code.TOO_MANY_CONNECTIONS, "at most " + MAX_CONNECTIONS + " at a time"));
                return;
            }
            converse(connection);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "bridge.connection-lost why=" + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private void converse(SocketChannel connection) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(connection), Line.MAX_BYTES);
        try {
            Optional<byte[]> line = read(in);
            while (line.isPresent()) {
                answer(connection, hear(line.get()));
                line = read(in);
            }
        } catch (Refused tooLong) {
            answer(connection, tooLong);
        }
    }

    private @Nullable Refused hear(byte[] line) throws InterruptedException {
        awaitTurn();
        try {
            listener.said(Line.parse(line));
            return null;
        } catch (Refused e) {
            return e;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "bridge.line-broken", e);
            return new Refused(Code.UNAVAILABLE, "the miner could not");
        }
    }

    /** All connections of the container share its pace. */
    private void awaitTurn() throws InterruptedException {
        Duration delay;
        synchronized (turn) {
            long now = System.nanoTime();
            delay = pace.delay(now);
            pace = pace.next(now);
        }
        Thread.sleep(delay);
    }

    /** Up to the end of a line or of the connection; what has no end of line counts too. */
    private static Optional<byte[]> read(InputStream in) throws IOException, Refused {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return line.size() == 0 ? Optional.empty() : Optional.of(line.toByteArray());
            }
            if (line.size() == Line.MAX_BYTES) {
                throw new Refused(Code.LINE_TOO_LONG, "a line has at most " + Line.MAX_BYTES + " bytes");
            }
            line.write(next);
        }
        return Optional.of(line.toByteArray());
    }

    private static void answer(SocketChannel connection, @Nullable Refused refused) throws IOException {
        byte[] answer = refused == null
                ? OK
                : (Json.text(Map.of(
                                        "error",
                                        Map.of(
                                                "code",
                                                refused.code().name(),
                                                "message",
                                                String.valueOf(refused.getMessage()))))
                                + "\n")
                        .getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.wrap(answer);
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    /** Whether somebody is connected: of a container that has ended, whose last words are still being read. */
    public boolean isBusy() {
        return !connections.isEmpty();
    }

    /** Connections end with it; the socket's file stays until the folder goes, or a miner that starts again replaces it. */
    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
