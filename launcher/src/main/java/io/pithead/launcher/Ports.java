package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Which ports can be listened on now. */
public final class Ports {
    private Ports() {}

    /** A port of the loopback address that nobody listens on. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The listener with its port chosen, if any free one was asked for; refuses a port that is taken. */
    static Listener claim(Listener wanted, String flag) throws CannotStartException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(wanted.host(), wanted.port()));
            return wanted.withPort(socket.getLocalPort());
        } catch (IOException e) {
            throw new CannotStartException(
                    "port " + wanted.port() + " of " + wanted.host() + " cannot be listened on (" + e.getMessage()
                            + "): stop what uses it, or choose another one with " + flag,
                    e);
        }
    }
}
