package io.pithead.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installer for systems without Debian packages, into a folder that stands for the machine. */
class InstallScriptIT {
    private static final String SCRIPT = System.getProperty("miner.installer");
    private static final String JAR = System.getProperty("miner.jar");

    @TempDir
    private Path temp;

    private Shell.Done install() throws IOException, InterruptedException {
        Path root = temp.resolve("root");
        return Shell.run(temp, Map.of("JAVA_HOME", System.getProperty("java.home")), SCRIPT, JAR, root.toString());
    }

    private Path at(String path) {
        return temp.resolve("root").resolve(path);
    }

    @Test
    void everything_is_put_in_its_place_and_settings_are_kept() throws Exception {
        assertThat(install().code()).isZero();
        assertThat(Files.size(at("usr/local/lib/pithead-miner/pithead-miner.jar")))
                .isEqualTo(Files.size(Path.of(JAR)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at("etc/pithead/miner.conf"))))
                .isEqualTo("rw-------");
        assertThat(at("etc/systemd/system/pithead-miner.service"))
                .content()
                .contains("ExecStart=/usr/local/bin/pithead-miner run");
        assertThat(at("etc/logrotate.d/pithead-miner")).exists();
        assertThat(at("usr/local/bin/pithead-miner")).isExecutable();
        Files.writeString(at("etc/pithead/miner.conf"), "MINER_ID=mine\n");
        assertThat(install().code()).isZero();
        assertThat(at("etc/pithead/miner.conf")).hasContent("MINER_ID=mine");
    }

    @Test
    void what_is_missing_is_said_with_code_two() throws Exception {
        var missing = Shell.run(temp, Map.of(), SCRIPT, temp.resolve("none.jar").toString(), temp.toString());
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.output()).contains("there is no file");
        assertThat(Shell.run(temp, Map.of(), SCRIPT).code()).isEqualTo(2);
    }
}
