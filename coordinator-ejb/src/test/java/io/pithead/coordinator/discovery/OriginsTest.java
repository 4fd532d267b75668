package io.pithead.coordinator.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.ConfigReader;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginsTest {
    @TempDir
    private Path folder;

    private Origins origins(String keyFile) {
        var origins = new Origins();
        origins.config = new DiscoveryConfig();
        origins.config.read(new ConfigReader(key -> key.equals("pithead.discovery.key.file")
                ? Optional.of(folder.resolve(keyFile).toString())
                : Optional.empty()));
        return origins;
    }

    @Test
    void an_ipv4_address_is_a_place_and_so_is_an_ipv6_network() {
        Origins origins = origins("key");
        assertThat(origins.digest("203.0.113.7")).isEqualTo(origins.digest("203.0.113.7"));
        assertThat(origins.digest("203.0.113.7")).isNotEqualTo(origins.digest("203.0.113.8"));
        assertThat(origins.digest("2001:db8:1:2:3:4:5:6")).isEqualTo(origins.digest("2001:db8:1:2:ffff::1"));
        assertThat(origins.digest("2001:db8:1:2::1")).isNotEqualTo(origins.digest("2001:db8:1:3::1"));
        assertThat(origins.digest("::ffff:203.0.113.7")).isEqualTo(origins.digest("203.0.113.7"));
    }

    @Test
    void what_is_no_address_is_one_place_whatever_it_says_and_no_name_is_looked_up() {
        Origins origins = origins("key");
        assertThat(origins.digest("example.org")).isEqualTo(origins.digest("unknown"));
        assertThat(origins.digest("")).isEqualTo(origins.digest("'; drop table node"));
    }

    @Test
    void another_key_makes_other_digests_and_the_same_file_the_same() {
        assertThat(origins("one").digest("203.0.113.7"))
                .isEqualTo(origins("one").digest("203.0.113.7"))
                .isNotEqualTo(origins("two").digest("203.0.113.7"))
                .hasSize(32);
    }
}
