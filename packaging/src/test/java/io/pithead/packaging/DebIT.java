package io.pithead.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Installs the package into this machine, in the order an owner would go. Needs root and dpkg. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebIT {
    private static final String DEB = System.getProperty("miner.deb");
    private static final Path CONF = Path.of("/etc/pithead/miner.conf");
    private static final Path UNIT = Path.of("/lib/systemd/system/pithead-miner.service");
    private static final Path STATE = Path.of("/var/lib/pithead-miner");

    @TempDir
    private static Path scratch;

    private static boolean installed;

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "installing the package needs dpkg");
        assumeTrue("root".equals(System.getProperty("user.name")), "installing the package needs root");
        boolean owned = Files.exists(Path.of("/var/lib/dpkg/info/pithead-miner.list")) || Files.exists(CONF);
        assumeTrue(!owned, "this machine already has a miner; the test leaves it alone");
        installed = true;
        assertThat(run("dpkg", "-i", DEB).output()).contains("set COORD_URL and API_KEY");
    }

    @AfterAll
    static void purge() throws Exception {
        if (installed) {
            run("dpkg", "--purge", "pithead-miner");
        }
    }

    private static Shell.Done run(String... command) throws IOException, InterruptedException {
        return Shell.run(scratch, Map.of("LC_ALL", "C.UTF-8", "SYSTEMD_COLORS", "0"), command);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + " " + Files.getOwner(file);
    }

    @Test
    @Order(1)
    void files_have_their_places_owners_and_modes() throws Exception {
        assertThat(mode(CONF)).isEqualTo("rw------- pithead-miner");
        assertThat(mode(STATE)).isEqualTo("rwx------ pithead-miner");
        assertThat(mode(UNIT)).isEqualTo("rw-r--r-- root");
        assertThat(mode(Path.of("/usr/bin/pithead-miner"))).isEqualTo("rwxr-xr-x root");
        assertThat(mode(Path.of("/usr/lib/pithead-miner/pithead-miner.jar"))).isEqualTo("rw-r--r-- root");
        assertThat(mode(Path.of("/usr/lib/pithead-miner/runtime/bin/java"))).isEqualTo("rwxr-xr-x root");
        assertThat(mode(Path.of("/usr/lib/pithead-miner/runtime/lib/jspawnhelper")))
                .isEqualTo("rwxr-xr-x root");
        assertThat(mode(Path.of("/etc/logrotate.d/pithead-miner"))).isEqualTo("rw-r--r-- root");
        assertThat(Path.of("/usr/share/doc/pithead-miner/MINER.md")).exists();
        assertThat(run("dpkg-query", "-W", "-f=${Conffiles}", "pithead-miner").output())
                .contains("/etc/pithead/miner.conf", "/etc/logrotate.d/pithead-miner");
        assertThat(run("dpkg", "--verify", "pithead-miner").output()).isEmpty();
    }

    @Test
    @Order(2)
    void the_command_runs_on_the_packages_own_runtime() throws Exception {
        var version = Shell.run(
                scratch,
                Map.of("JAVA_HOME", "/nonexistent", "PATH", "/usr/bin:/bin"),
                "/usr/bin/pithead-miner",
                "version");
        assertThat(version.code()).as(version.output()).isZero();
        assertThat(version.output()).startsWith("pithead-miner ");
    }

    @Test
    @Order(3)
    void check_runs_as_the_miners_user_and_names_what_is_missing() throws Exception {
        var check = run("/usr/bin/pithead-miner", "check");
        assertThat(check.code()).as(check.output()).isEqualTo(1);
        assertThat(check.output()).contains("COORD_URL is required", "API_KEY is required");
    }

    @Test
    @Order(4)
    void both_workloads_run_on_the_packages_own_runtime() throws Exception {
        Path key = Files.writeString(scratch.resolve("key"), "some-key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        var check = run("/usr/bin/pithead-miner", "check", "--coord-url=http://127.0.0.1:1", "--api-key-file=" + key);
        assertThat(check.output())
                .contains(
                        "ok    sha256_chain: runs",
                        "ok    torch_bench: runs",
                        "ok    work folder: /var/lib/pithead-miner")
                .contains("fail  coordinator");
        assertThat(check.code()).isEqualTo(1);
        assertThat(mode(STATE.resolve("cache"))).endsWith(" pithead-miner");
    }

    @Test
    @Order(5)
    void settings_that_are_missing_stop_the_service_with_the_code_that_keeps_it_stopped() throws Exception {
        assertThat(run("/usr/bin/pithead-miner", "run").code()).isEqualTo(2);
        assertThat(Files.readString(UNIT))
                .contains("RestartPreventExitStatus=2", "ExecStart=/usr/bin/pithead-miner run");
    }

    @Test
    @Order(6)
    void systemd_accepts_the_unit_and_finds_it_hardened() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "needs systemd-analyze");
        var verified = run("systemd-analyze", "verify", UNIT.toString());
        assertThat(verified.output()).doesNotContain("pithead-miner.service:");
        assertThat(verified.code()).isZero();
        var secure = run("systemd-analyze", "security", "--offline=true", "--threshold=30", UNIT.toString());
        assertThat(secure.code()).as(secure.output()).isZero();
    }

    @Test
    @Order(7)
    void edited_settings_survive_removal_and_go_with_the_purge() throws Exception {
        Files.writeString(CONF, "MINER_ID=mine\n");
        assertThat(run("dpkg", "-r", "pithead-miner").code()).isZero();
        assertThat(Path.of("/usr/lib/pithead-miner")).doesNotExist();
        assertThat(UNIT).doesNotExist();
        assertThat(CONF).hasContent("MINER_ID=mine");
        assertThat(run("dpkg", "-i", DEB).code()).isZero();
        assertThat(CONF).hasContent("MINER_ID=mine");
        assertThat(mode(CONF)).isEqualTo("rw------- pithead-miner");
        assertThat(run("dpkg", "--purge", "pithead-miner").code()).isZero();
        assertThat(CONF).doesNotExist();
        assertThat(STATE).doesNotExist();
        assertThat(run("getent", "passwd", "pithead-miner").code()).isEqualTo(2);
    }
}
