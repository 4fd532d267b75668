package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which ports can be listened on now. */
public final class Ports {
    private Ports() {}

    /** A port of the loopback address that nobody listens on. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The port that the file names, while nobody else listens on it; else a free one, which the file then names. */
    public static int remembered(Path file) throws IOException {
        if (Files.exists(file)) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                int port = Integer.parseInt(Files.readString(file).strip());
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException | IllegalArgumentException e) {
                Files.delete(file);
            }
        }
        int port = free();
        Files.createDirectories(file.getParent());
        Files.writeString(file, port + System.lineSeparator());
        return port;
    }

    /** A port that nobody is given by chance until it is released, which is when it is to be listened on; nobody is connected meanwhile. */
    record Claim(Listener listener, SocketChannel held) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            held.close();
        }

        @Override
        public String toString() {
            return listener.host() + ":" + listener.port();
        }
    }

    /** The listener with its port chosen, if any free one was asked for; refuses a port that is taken. */
    static Claim claim(Listener wanted, String flag) throws CannotStartException {
        try {
            if (wanted.port() != 0) {
                listenOnce(wanted);
            }
            return hold(wanted);
        } catch (IOException e) {
            throw new CannotStartException(
                    "port " + wanted.port() + " of " + wanted.host() + " cannot be listened on (" + e.getMessage()
                            + "): stop what uses it, or choose another one with " + flag,
                    e);
        }
    }

    private static void listenOnce(Listener wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(wanted.host(), wanted.port()));
        }
    }

    /** Bound and not listening. */
    private static Claim hold(Listener wanted) throws IOException {
        SocketChannel held = SocketChannel.open();
        try {
            // or connections of the server before would be in the way for a minute
            held.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            held.bind(new InetSocketAddress(wanted.host(), wanted.port()));
            return new Claim(wanted.withPort(((InetSocketAddress) held.getLocalAddress()).getPort()), held);
        } catch (IOException e) {
            held.close();
            throw e;
        }
    }
}
