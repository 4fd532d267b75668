package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.cli.Cli;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs done once more, by processes of the miner's own. */
class ReplayIT {
    static final String CHAIN = """
            {"workload":"sha256_chain","params":{"seed":"pit","length":3}}""";

    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();

    private int replay(String job, String... options) throws Exception {
        return replay(temp, out, job, options);
    }

    private JsonNode said() throws Exception {
        return said(out);
    }

    static int replay(Path folder, StringWriter out, String job, String... options) throws Exception {
        out.getBuffer().setLength(0);
        var words = new ArrayList<>(List.of("replay", "--config=/dev/null"));
        words.addAll(List.of(options));
        words.add(Files.writeString(folder.resolve("job.json"), job).toString());
        return Cli.build()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true))
                .execute(words.toArray(String[]::new));
    }

    static JsonNode said(StringWriter out) throws Exception {
        return Json.tree(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The third hash of the seed's, as anybody can compute it. */
    static String expected() {
        byte[] hash = Digests.sha256().digest("pit".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 3; i++) {
            hash = Digests.sha256().digest(hash);
        }
        String line = "sha256_chain length=3 final=" + java.util.HexFormat.of().formatHex(hash) + "\n";
        return Digests.sha256Hex(line.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_process_finds_what_a_miner_would() throws Exception {
        assertThat(replay(CHAIN, "--in=process")).isZero();

        assertThat(said().path("output_sha").asText()).isEqualTo(expected());
        assertThat(leftovers()).isEmpty();
    }

    private static List<Path> leftovers() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("pithead-replay-"))
                    .toList();
        }
    }

    @Test
    void what_cannot_be_done_again_says_why_and_has_no_digest() throws Exception {
        assertThat(replay("{'workload':'weather'}".replace('\'', '"'), "--in=process"))
                .isEqualTo(1);
        assertThat(said().at("/error/code").asText()).isEqualTo("UNKNOWN_WORKLOAD");
        assertThat(said().has("output_sha")).isFalse();
        assertThat(replay(CHAIN.replace("3", "10000000000"), "--in=process", "--limit=1"))
                .isEqualTo(1);
        assertThat(said().at("/error/code").asText()).isEqualTo("TIME_LIMIT");
        assertThat(replay(CHAIN.replace("3", "0"), "--in=process")).isEqualTo(1);
        assertThat(said().at("/error/code").asText()).isEqualTo("INVALID_PARAMS");
    }

    @Test
    void what_is_no_job_is_not_begun() throws Exception {
        assertThat(replay("[]", "--in=process")).isEqualTo(2);
        assertThat(replay("x".repeat((2 << 20) + 1), "--in=process")).isEqualTo(2);
        assertThat(replay(CHAIN)).as("a container of no image").isEqualTo(2);
    }
}
