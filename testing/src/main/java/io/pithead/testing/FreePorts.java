package io.pithead.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that can only be told a number. Port 0 would give one of those that the kernel also gives to
 * outgoing connections, of which a test beside it may open one before the program listens.
 */
public final class FreePorts {
    // below Linux's net.ipv4.ip_local_port_range, 32768 to 60999
    private static final int LOWEST = 20_000;
    private static final int END = 32_768;
    // of tests that run side by side, each has its own: one that it looked for is not taken before its program listens
    private static final int LANES = 4;
    private static final int WIDTH = (END - LOWEST) / LANES;
    private static final int FIRST = LOWEST + Integer.getInteger("pithead.testing.fork", 1) % LANES * WIDTH;

    private FreePorts() {}

    public static int one() {
        return some(1).get(0);
    }

    /** Different ones of the loopback address, on which nobody listens now. */
    public static List<Integer> some(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            while (held.size() < count) {
                tryOne(held);
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            held.forEach(FreePorts::close);
        }
    }

    private static void tryOne(List<ServerSocket> held) {
        int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST + WIDTH);
        try {
            held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException taken) {
            // the next one
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
