package io.pithead.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @TempDir
    private Path folder;

    @Test
    void every_command_has_a_page_that_says_what_its_help_says() throws Exception {
        ManPages.write(folder);

        assertThat(Files.readString(folder.resolve("pithead.1")))
                .contains(".SH EXIT STATUS", "nobody answers", "pithead\\-job(1)")
                .doesNotContain("@|");
        assertThat(Files.readString(folder.resolve("pithead-job-submit.1")))
                .startsWith(".TH \"PITHEAD-JOB-SUBMIT\" 1")
                .contains("[WORKLOAD]", ".B \\-p, \\-\\-param NAME=VALUE", "pithead\\-job(1)");
        try (var pages = Files.list(folder)) {
            assertThat(pages).hasSizeGreaterThan(50);
        }
    }

    /** groff itself is the judge. */
    @Test
    void no_page_makes_roff_complain() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/groff")), "groff is not here");
        ManPages.write(folder);
        try (var pages = Files.list(folder)) {
            var command = new java.util.ArrayList<>(java.util.List.of("groff", "-man", "-ww", "-Tutf8"));
            pages.map(Path::toString).forEach(command::add);
            Path said = folder.resolve("said");
            Process groff = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(said.toFile())
                    .start();
            assertThat(groff.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(said, StandardCharsets.UTF_8)).isEmpty();
        }
    }
}
