package io.pithead.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, installed as its package and typed as a user would. */
class CliDebIT {
    private static final String DEB = System.getProperty("cli.deb");

    @TempDir
    private static Path scratch;

    private static boolean installed;

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "installing the package needs dpkg");
        assumeTrue("root".equals(System.getProperty("user.name")), "installing the package needs root");
        boolean owned = Files.exists(Path.of("/var/lib/dpkg/info/pithead-cli.list"))
                || Files.exists(Path.of("/usr/bin/pithead"));
        assumeTrue(!owned, "this machine already has the command line; the test leaves it alone");
        installed = true;
        assertThat(run("dpkg", "-i", DEB).code()).isZero();
    }

    @AfterAll
    static void purge() throws Exception {
        if (installed) {
            run("dpkg", "--purge", "pithead-cli");
            assertThat(Path.of("/usr/lib/pithead-cli")).doesNotExist();
        }
    }

    private static Shell.Done run(String... command) throws IOException, InterruptedException {
        return Shell.run(
                scratch,
                Map.of("LC_ALL", "C.UTF-8", "JAVA_HOME", "/nonexistent", "PATH", "/usr/bin:/bin:/usr/sbin:/sbin"),
                command);
    }

    @Test
    void the_command_runs_on_the_packages_own_runtime() throws Exception {
        var version = run("/usr/bin/pithead", "--version");
        assertThat(version.code()).as(version.output()).isZero();
        assertThat(version.output()).startsWith("pithead ");
        // TLS, keys and the HTTP client are all in the runtime: what fails is only that nobody answers
        var doctor = run("/usr/bin/pithead", "doctor", "--url", "https://127.0.0.1:1");
        assertThat(doctor.output()).contains("BAD  server").doesNotContain("NoClassDefFound");
    }

    @Test
    void pages_and_completion_are_where_they_are_looked_for() throws Exception {
        var page = run("zcat", "/usr/share/man/man1/pithead-task-plan.1.gz");
        assertThat(page.output()).startsWith(".TH \"PITHEAD-TASK-PLAN\" 1");
        var completion = run("bash", "-n", "/usr/share/bash-completion/completions/pithead");
        assertThat(completion.code()).as(completion.output()).isZero();
        assertThat(run("dpkg", "--verify", "pithead-cli").output()).isEmpty();
    }
}
