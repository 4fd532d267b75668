package io.pithead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
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
        Listener chosen = Ports.claim(new Listener("127.0.0.1", 0), "--http-port");
        assertThat(chosen.port()).isPositive();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.claim(new Listener("127.0.0.1", taken.getLocalPort()), "--http-port"))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("choose another one with --http-port");
        }
    }
}
