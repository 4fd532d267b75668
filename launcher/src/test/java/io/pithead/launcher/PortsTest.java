package io.pithead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    /** Of some 28,000 there are. */
    private static final int MANY = 1_000;

    @Test
    void a_port_is_remembered_until_somebody_takes_it(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("part").resolve("port");
        int port = Ports.remembered(file);
        assertThat(Ports.remembered(file)).isEqualTo(port);
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            int other = Ports.remembered(file);
            assertThat(other).isNotEqualTo(taken.getLocalPort());
            assertThat(Files.readString(file).strip()).isEqualTo(Integer.toString(other));
        }
    }

    @Test
    void a_remembered_port_that_is_none_is_forgotten(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("port"), "99999");
        assertThat(Ports.remembered(file)).isBetween(1, 65535);
    }

    @Test
    void any_free_port_is_chosen_and_a_taken_one_refused() throws IOException, CannotStartException {
        try (Ports.Claim chosen = Ports.claim(new Listener("127.0.0.1", 0), "--http-port")) {
            assertThat(chosen.listener().port()).isPositive();
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.claim(new Listener("127.0.0.1", taken.getLocalPort()), "--http-port"))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("choose another one with --http-port");
        }
    }

    /** What happened: of two servers that started at the same moment, one was given the other's port. */
    @Test
    void nobody_is_given_a_port_that_is_claimed() throws IOException, CannotStartException {
        var claims = new ArrayList<Ports.Claim>();
        try {
            var claimed = new HashSet<Integer>();
            for (int i = 0; i < MANY; i++) {
                claims.add(Ports.claim(new Listener(i % 2 == 0 ? "127.0.0.1" : "0.0.0.0", 0), "--http-port"));
                claimed.add(claims.getLast().listener().port());
            }
            assertThat(claimed).hasSize(MANY);
            for (int i = 0; i < MANY; i++) {
                assertThat(claimed).doesNotContain(Ports.free());
            }
        } finally {
            for (Ports.Claim claim : claims) {
                claim.close();
            }
        }
    }

    @Test
    void a_claimed_port_takes_no_connection_and_is_listened_on_once_it_is_released()
            throws IOException, CannotStartException {
        Listener listener;
        try (Ports.Claim claim = Ports.claim(new Listener("127.0.0.1", 0), "--http-port")) {
            listener = claim.listener();
            assertThatThrownBy(() -> new Socket(listener.host(), listener.port()).close())
                    .isInstanceOf(ConnectException.class);
        }
        try (ServerSocket mine = new ServerSocket(listener.port(), 1, InetAddress.getLoopbackAddress());
                Socket other = new Socket(listener.host(), listener.port())) {
            assertThat(other.isConnected()).isTrue();
            assertThat(mine.isBound()).isTrue();
        }
    }
}
