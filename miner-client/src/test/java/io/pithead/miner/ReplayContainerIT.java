package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.config.Key;
import io.pithead.testing.DockerEngine;
import io.pithead.testing.NeedsEngine;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs done once more in containers of a real engine. */
@NeedsEngine
class ReplayContainerIT {
    private static final String IMAGE = "libc";
    private static DockerEngine engine;

    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();

    @BeforeAll
    static void startEngine() throws Exception {
        engine = DockerEngine.start(Scratch.folder("pht"));
        engine.importLibraries(Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"), IMAGE);
    }

    @AfterAll
    static void stopEngine() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    private int replay(String job, String image, String... more) throws Exception {
        String host = Key.DOCKER_HOST.flag().orElseThrow() + "=" + engine.host();
        var options = new ArrayList<>(List.of(host, "--image=" + image));
        options.addAll(List.of(more));
        return ReplayIT.replay(temp, out, job, options.toArray(String[]::new));
    }

    @Test
    void a_container_finds_what_a_process_does_and_leaves_nothing() throws Exception {
        assertThat(replay(ReplayIT.CHAIN, IMAGE)).as("%s", out).isZero();
        assertThat(ReplayIT.said(out).path("output_sha").asText()).isEqualTo(ReplayIT.expected());
        assertThat(engine.docker("ps", "-aq")).isBlank();
    }

    @Test
    void one_that_takes_too_long_is_ended() throws Exception {
        assertThat(replay(ReplayIT.CHAIN.replace("3", "10000000000"), IMAGE, "--limit=1"))
                .isEqualTo(1);
        assertThat(ReplayIT.said(out).at("/error/code").asText()).isEqualTo("TIME_LIMIT");
        assertThat(engine.docker("ps", "-aq")).isBlank();
    }

    @Test
    void an_image_that_is_not_there_is_not_pulled() throws Exception {
        assertThat(replay(ReplayIT.CHAIN, "none")).isEqualTo(1);
        assertThat(ReplayIT.said(out).at("/error/code").asText()).isEqualTo("NO_IMAGE");
    }
}
