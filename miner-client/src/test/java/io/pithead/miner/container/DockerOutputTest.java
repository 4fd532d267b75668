package io.pithead.miner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DockerOutputTest {
    private static final String TIME = "2026-11-01T12:00:00.000000001Z";

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<String> heard = new ArrayList<>();
    private int longest;

    private void frame(int stream, long length, byte[] content) {
        sent.writeBytes(new byte[] {(byte) stream, 0, 0, 0});
        sent.writeBytes(ByteBuffer.allocate(4).putInt((int) length).array());
        sent.writeBytes(content);
    }

    private void frame(int stream, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        frame(stream, bytes.length, bytes);
    }

    private void read() throws EngineException {
        try (var output = new DockerOutput(new Answer(new ByteArrayInputStream(sent.toByteArray())))) {
            output.forEach((stderr, time, bytes, from, to) -> {
                longest = Math.max(longest, to - from);
                heard.add((stderr ? "err " : "out ") + time.getEpochSecond() + " "
                        + new String(bytes, from, to - from, StandardCharsets.UTF_8));
            });
        }
    }

    private static String at(String text) {
        return Instant.parse(TIME).getEpochSecond() + " " + text;
    }

    @Test
    void each_frame_has_its_stream_and_its_time() throws EngineException {
        frame(1, TIME + " one\n");
        frame(2, TIME + " two\n");
        frame(0, TIME + " ");
        read();
        assertThat(heard).containsExactly("out " + at("one\n"), "err " + at("two\n"), "out " + at(""));
    }

    @Test
    void a_frame_without_a_time_or_with_a_wrong_one_loses_none_of_its_text_but_that_word() throws EngineException {
        frame(1, "n".repeat(100));
        frame(1, "yesterday text");
        frame(1, "");
        read();
        assertThat(heard).containsExactly("out 0 " + "n".repeat(100), "out 0 text");
    }

    @Test
    void a_frame_longer_than_the_buffer_comes_in_parts_with_its_one_time() throws EngineException {
        String text = "x ".repeat(100_000);
        frame(2, TIME + " " + text);
        read();
        assertThat(heard).hasSizeGreaterThan(2).allMatch(part -> part.startsWith("err " + at("")));
        assertThat(String.join(
                        "",
                        heard.stream()
                                .map(part -> part.substring(("err " + at("")).length()))
                                .toList()))
                .isEqualTo(text);
        assertThat(longest).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void a_frame_that_claims_four_gigabytes_takes_no_memory_and_ends_with_the_stream() throws EngineException {
        frame(1, 0xffff_ffffL, (TIME + " cut").getBytes(StandardCharsets.UTF_8));
        read();
        assertThat(heard).containsExactly("out " + at("cut"));
    }

    @Test
    void a_stream_that_ends_inside_a_head_just_ends() throws EngineException {
        frame(1, TIME + " one\n");
        sent.writeBytes(new byte[] {1, 0, 0});
        read();
        assertThat(heard).containsExactly("out " + at("one\n"));
    }

    @Test
    void the_engines_own_complaint_is_the_engines_trouble_and_not_output() {
        frame(3, "Error grabbing logs");
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.isAway()).isTrue());
        assertThat(heard).isEmpty();
    }

    private record Answer(InputStream body) implements DockerHttpClient.Response {
        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return Map.of();
        }

        @Override
        public InputStream getBody() {
            return body;
        }

        @Override
        public void close() {}
    }
}
