package io.pithead.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where no engine can be used. */
@NeedsEngine
class DockerEngineIT {
    /** More than the path of a socket may have. */
    private static final String LONG = "x".repeat(120);

    @Test
    void an_engine_that_cannot_start_says_why_in_one_line_and_leaves_nothing(@TempDir Path folder)
            throws IOException, InterruptedException {
        List<String> before = bridges();
        Path there = folder.resolve(LONG);

        assertThat(DockerEngine.problemIn(there))
                .get()
                .asString()
                .startsWith("no container can be run here: ")
                .contains("socket")
                .doesNotContain("\n");
        assertThat(there).doesNotExist();
        assertThat(bridges()).isEqualTo(before);
    }

    /** Of tests; other engines' networks come and go. */
    private static List<String> bridges() throws IOException {
        try (var devices = Files.list(Path.of("/sys/class/net"))) {
            return devices.map(device -> device.getFileName().toString())
                    .filter(name -> name.startsWith("pht"))
                    .sorted()
                    .toList();
        }
    }
}
