package io.pithead.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {
    private static final URI SERVER = URI.create("https://pithead.example:8443");

    @TempDir
    private Path home;

    private Profiles profiles(Map<String, String> environment) {
        return new Profiles(home.resolve("below/config"), environment);
    }

    private Profiles kept() throws Exception {
        Profiles profiles = profiles(Map.of());
        profiles.save(new Profile("default", SERVER, Optional.of(home.resolve("ca.pem")), Optional.of("ph_kept")));
        return profiles;
    }

    @Test
    void without_anything_it_is_this_machine_and_no_key() throws Exception {
        assertThat(profiles(Map.of()).find(null, null, null))
                .isEqualTo(new Profile(
                        "default", URI.create("http://127.0.0.1:8090"), Optional.empty(), Optional.empty()));
    }

    @Test
    void what_was_kept_is_found_again_and_only_its_owner_may_read_it() throws Exception {
        Profiles profiles = kept();

        assertThat(profiles.find(null, null, null))
                .isEqualTo(new Profile("default", SERVER, Optional.of(home.resolve("ca.pem")), Optional.of("ph_kept")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(profiles.file())))
                .isEqualTo("rw-------");
    }

    @Test
    void what_is_typed_goes_before_the_environment_and_that_before_the_file() throws Exception {
        kept();
        var environment = Map.of("PITHEAD_URL", "https://other.example", "PITHEAD_KEY", "ph_env");

        assertThat(profiles(environment).find(null, null, null).url()).hasHost("other.example");
        assertThat(profiles(environment).find(null, null, null).key()).contains("ph_env");
        assertThat(profiles(environment)
                        .find(null, "https://typed.example/", null)
                        .url())
                .hasToString("https://typed.example");
    }

    /** Or whoever has somebody type a URL is sent the key. */
    @Test
    void a_key_is_not_for_another_server_than_the_one_that_gave_it() throws Exception {
        assertThat(kept().find(null, "https://other.example", null).key()).isEmpty();
        assertThat(kept().find(null, SERVER.toString(), null).key()).contains("ph_kept");
    }

    @Test
    void a_profile_that_is_not_there_is_said_to_be_none() throws Exception {
        Profiles profiles = kept();

        assertThatThrownBy(() -> profiles.find("work", null, null))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("there is no profile work");
        assertThatThrownBy(() -> profiles.find("../etc", null, null)).hasMessageContaining("letters");
    }

    @Test
    void what_is_forgotten_is_gone_and_the_rest_stays() throws Exception {
        Profiles profiles = kept();
        profiles.save(new Profile("work", SERVER, Optional.empty(), Optional.of("ph_work")));

        assertThat(profiles.forget("default")).isTrue();
        assertThat(profiles.forget("default")).isFalse();
        assertThat(profiles.find("work", null, null).key()).contains("ph_work");
        assertThat(Files.readString(profiles.file())).doesNotContain("ph_kept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pithead.example",
                "ftp://pithead.example",
                "https://",
                "https://a b",
                "https://me:secret@host"
            })
    void what_is_no_server_is_refused(String url) {
        assertThatThrownBy(() -> profiles(Map.of()).find(null, url, null))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a server is");
    }

    @Test
    void a_profile_never_prints_its_key() {
        assertThat(new Profile("default", SERVER, Optional.empty(), Optional.of("ph_secret")).toString())
                .doesNotContain("ph_secret");
    }
}
