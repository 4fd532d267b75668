package io.pithead.miner.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.bridge.core.Line;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real socket, as a program in the container speaks to it. */
class BridgeSocketTest {
    private static final String OK = "{\"ok\":true}";

    @TempDir
    private Path temp;

    private final BlockingQueue<Line> heard = new LinkedBlockingQueue<>();
    private Path folder;
    private BridgeSocket socket;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(temp.resolve("own"));
        socket = bridge();
    }

    private BridgeSocket bridge() throws IOException {
        int group = (Integer) Files.getAttribute(folder, "unix:gid");
        return BridgeSocket.open(folder, group, line -> {
            if ("/data/none".equals(line.file())) {
                throw new Refused(Code.NOT_FOUND, "there is no such file");
            }
            if ("/data/bug".equals(line.file())) {
                throw new IllegalStateException("a mistake");
            }
            heard.add(line);
        });
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
    }

    private final class Client implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final BufferedReader in;

        Client() throws IOException {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve(BridgeSocket.NAME)));
            in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        }

        void write(String text) throws IOException {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        String read() throws IOException {
            return String.valueOf(in.readLine());
        }

        String ask(String line) throws IOException {
            write(line + "\n");
            return read();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Test
    void each_line_is_answered_in_order_whatever_is_wrong_with_it() throws Exception {
        try (var client = new Client()) {
            client.write(
                    "{\"file\":\"a\"}\nnonsense\n{\"file\":\"/data/none\"}\n{\"file\":\"/data/bug\"}\n{\"file\":\"b\"}\n");
            assertThat(client.read()).isEqualTo(OK);
            assertThat(client.read()).contains("\"error\"", "\"INVALID_LINE\"");
            assertThat(client.read()).contains("\"NOT_FOUND\"", "there is no such file");
            assertThat(client.read()).contains("\"UNAVAILABLE\"").doesNotContain("a mistake");
            assertThat(client.read()).isEqualTo(OK);
        }
        assertThat(heard).extracting(Line::file).containsExactly("a", "b");
    }

    @Test
    void a_line_in_pieces_is_one_and_the_last_one_needs_no_end() throws Exception {
        try (var client = new Client()) {
            client.write("{\"fi");
            client.write("le\":\"a\"}");
            client.channel.shutdownOutput();
            assertThat(client.read()).isEqualTo(OK);
            assertThat(client.read()).isEqualTo("null");
        }
    }

    @Test
    void a_line_that_has_no_end_is_cut_off() throws Exception {
        try (var client = new Client()) {
            client.write("x".repeat(Line.MAX_BYTES + 1));
            assertThat(client.read()).contains("\"LINE_TOO_LONG\"");
            assertThat(client.read()).isEqualTo("null");
        }
        try (var client = new Client()) {
            assertThat(client.ask("x".repeat(Line.MAX_BYTES))).contains("\"INVALID_LINE\"");
        }
    }

    @Test
    void so_many_connections_and_no_more_until_one_ends() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < BridgeSocket.MAX_CONNECTIONS; i++) {
                var client = new Client();
                clients.add(client);
                assertThat(client.ask("{\"file\":\"a\"}")).isEqualTo(OK);
            }
            try (var more = new Client()) {
                assertThat(more.read()).contains("\"TOO_MANY_CONNECTIONS\"");
                assertThat(more.read()).isEqualTo("null");
            }
            clients.removeLast().close();
            assertThat(answerOfANewOne()).isEqualTo(OK);
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    /** That one has ended is seen a moment later. */
    private String answerOfANewOne() throws IOException {
        String answer = "";
        for (int i = 0; i < 200 && !answer.equals(OK); i++) {
            try (var client = new Client()) {
                answer = client.ask("{\"file\":\"a\"}");
            } catch (IOException e) {
                answer = "closed";
            }
        }
        return answer;
    }

    @Test
    void a_miner_that_starts_again_listens_at_the_same_place() throws Exception {
        try (var client = new Client()) {
            client.ask("{\"file\":\"a\"}");
            socket.close();
            assertThat(client.read()).isEqualTo("null");
        }
        socket = bridge();
        try (var client = new Client()) {
            assertThat(client.ask("{\"file\":\"b\"}")).isEqualTo(OK);
        }
    }

    @Test
    void a_path_that_is_too_long_for_an_address_is_none_for_a_folder() throws Exception {
        socket.close();
        Path own = folder;
        folder = Files.createDirectories(own.resolve("x".repeat(120)).resolve("y".repeat(120)));
        socket = bridge();
        Path shortly = Files.createSymbolicLink(temp.resolve("short"), folder);
        folder = shortly;
        try (var client = new Client()) {
            assertThat(client.ask("{\"file\":\"far\"}")).isEqualTo(OK);
        }
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void only_its_group_may_connect() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(BridgeSocket.NAME))))
                .isEqualTo("rw-rw----");
    }
}
