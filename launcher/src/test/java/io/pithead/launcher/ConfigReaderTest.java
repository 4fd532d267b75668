package io.pithead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.launcher.LauncherConfig.External;
import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final Map<String, String> NONE = Map.of();

    @Test
    void nothing_set_gives_the_defaults() throws CannotStartException {
        LauncherConfig config = read(NONE, NONE, NONE, NONE);
        assertThat(config.dataDirectory()).isEqualTo(Path.of(".pithead").toAbsolutePath());
        assertThat(config.http()).isEqualTo(new Listener("127.0.0.1", 8090));
        assertThat(config.https()).isEqualTo(new Listener("0.0.0.0", 8443));
        assertThat(config.database()).isEmpty();
        assertThat(config.broker()).isEmpty();
        assertThat(config.stopGrace()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "PT-1S", "PT11M", "soon"})
    void a_stop_waits_for_a_time_and_not_for_ever(String grace) throws CannotStartException {
        assertThat(read(NONE, Map.of(Keys.STOP_GRACE, "PT0S"), NONE, NONE).stopGrace())
                .isZero();
        assertThatThrownBy(() -> read(NONE, Map.of(Keys.STOP_GRACE, grace), NONE, NONE))
                .hasMessageContaining(Keys.STOP_GRACE + " is not a duration");
    }

    @Test
    void the_command_line_beats_properties_environment_and_file() throws CannotStartException {
        Map<String, String> file = Map.of(Keys.HTTP_PORT, "4");
        Map<String, String> environment = Map.of("PITHEAD_HTTP_PORT", "3");
        Map<String, String> system = Map.of(Keys.HTTP_PORT, "2");
        Map<String, String> flags = Map.of(Keys.HTTP_PORT, "1");
        assertThat(port(NONE, NONE, NONE, file)).isEqualTo(4);
        assertThat(port(NONE, NONE, environment, file)).isEqualTo(3);
        assertThat(port(NONE, system, environment, file)).isEqualTo(2);
        assertThat(port(flags, system, environment, file)).isEqualTo(1);
    }

    @Test
    void the_application_is_given_what_only_the_file_says() throws CannotStartException {
        Map<String, String> file = Map.of("pithead.a", "1", "pithead.b", "2", "pithead.c.d", "3");
        LauncherConfig config = read(NONE, Map.of("pithead.a", "x"), Map.of("PITHEAD_C_D", "y"), file);
        assertThat(config.application()).containsExactlyEntriesOf(Map.of("pithead.b", "2"));
    }

    @Test
    void every_problem_is_said_at_once() {
        Map<String, String> file = Map.of(
                "server.port",
                "1",
                Keys.HTTP_PORT,
                "many",
                Keys.HTTPS_PORT,
                "65536",
                "pithead.db.url",
                "jdbc:mysql://host/db",
                "pithead.broker.url",
                "tcp://host",
                "pithead.broker.user",
                "u",
                "pithead.broker.password.file",
                "/nowhere/at/all");
        assertThatThrownBy(() -> read(NONE, NONE, NONE, file))
                .isInstanceOfSatisfying(
                        CannotStartException.class,
                        e -> assertThat(e.problems())
                                .anyMatch(problem -> problem.startsWith("unknown key server.port"))
                                .anyMatch(problem -> problem.startsWith("pithead.http.port is not a port: many"))
                                .anyMatch(problem -> problem.startsWith("pithead.https.port is not a port: 65536"))
                                .anyMatch(problem -> problem.startsWith("pithead.db.url does not start with"))
                                .anyMatch(problem -> problem.startsWith("pithead.db.user is missing"))
                                .anyMatch(problem -> problem.startsWith("pithead.db.password.file is missing"))
                                .anyMatch(problem -> problem.startsWith("pithead.broker.url is not tcp://HOST:PORT"))
                                .anyMatch(
                                        problem -> problem.startsWith("pithead.broker.password.file names a file that"))
                                .hasSize(8));
    }

    @Test
    void one_port_cannot_serve_both() {
        Map<String, String> flags = Map.of(Keys.HTTP_PORT, "9000", Keys.HTTPS_PORT, "9000");
        assertThatThrownBy(() -> read(flags, NONE, NONE, NONE)).hasMessageContaining("are both 9000");
    }

    @Test
    void a_database_of_ones_own_comes_with_its_password_from_a_file(@TempDir Path folder)
            throws IOException, CannotStartException {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        Map<String, String> environment = Map.of(
                "PITHEAD_DB_URL", "jdbc:postgresql://db/pithead",
                "PITHEAD_DB_USER", "me",
                "PITHEAD_DB_PASSWORD_FILE", secret.toString());
        LauncherConfig config = read(NONE, NONE, environment, NONE);
        assertThat(config.database()).contains(new External("jdbc:postgresql://db/pithead", "me", "s3cret"));
        assertThat(config.toString()).doesNotContain("s3cret");
    }

    @Test
    void a_development_chain_is_started_where_its_program_is_and_no_other_chain_is_set(@TempDir Path folder)
            throws IOException, CannotStartException {
        Path anvil = Files.createFile(folder.resolve("anvil"));
        Map<String, String> path = Map.of("PATH", "/nowhere:" + folder);
        assertThat(read(NONE, NONE, path, NONE).devChain()).isEmpty();
        assertThat(anvil.toFile().setExecutable(true)).isTrue();
        assertThat(read(NONE, NONE, path, NONE).devChain()).contains(anvil);
        assertThat(read(NONE, NONE, path, NONE).ownValidator()).isTrue();
        for (String key : new String[] {Keys.VALIDATOR_CHAIN, Keys.VALIDATOR_KEYSTORE}) {
            assertThat(read(NONE, Map.of(key, "1"), path, NONE).ownValidator()).isFalse();
        }
        assertThat(read(NONE, Map.of(Keys.CHAIN_ANVIL, anvil.toString()), NONE, NONE)
                        .devChain())
                .contains(anvil);
        for (String off : new String[] {
            Keys.CHAIN_ENABLED + "=false", Keys.CHAIN_FILE + "=chains.json", Keys.CHAIN_DEV_URL + "=http://h:1"
        }) {
            String[] setting = off.split("=", 2);
            assertThat(read(NONE, Map.of(setting[0], setting[1]), path, NONE).devChain())
                    .as(off)
                    .isEmpty();
        }
    }

    @Test
    void a_chain_that_is_asked_for_and_cannot_be_is_a_problem() {
        Map<String, String> file = Map.of(Keys.CHAIN_ANVIL, "/nowhere/anvil", Keys.CHAIN_ENABLED, "perhaps");
        assertThatThrownBy(() -> read(NONE, NONE, NONE, file))
                .hasMessageContaining("pithead.chain.anvil cannot be run")
                .hasMessageContaining("pithead.chain.enabled is neither true nor false");
    }

    private static int port(
            Map<String, String> flags,
            Map<String, String> system,
            Map<String, String> environment,
            Map<String, String> file)
            throws CannotStartException {
        return read(flags, system, environment, file).http().port();
    }

    private static LauncherConfig read(
            Map<String, String> flags,
            Map<String, String> system,
            Map<String, String> environment,
            Map<String, String> file)
            throws CannotStartException {
        return new ConfigReader(flags, system, environment, file).read();
    }
}
