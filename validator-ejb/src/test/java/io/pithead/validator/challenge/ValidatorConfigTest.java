package io.pithead.validator.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.validator.challenge.core.ContainerPolicy;
import io.pithead.validator.challenge.core.MemoryPolicy;
import io.pithead.validator.challenge.core.NetworkPolicy;
import io.pithead.validator.challenge.core.StoragePolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidatorConfigTest {
    private static ConfigReader read(ValidatorConfig config, Map<String, String> settings) {
        var reader = new ConfigReader(key -> Optional.ofNullable(settings.get(key)));
        config.read(reader);
        return reader;
    }

    @Test
    void without_a_key_nobody_wants_a_validator() {
        var config = new ValidatorConfig();

        assertThat(read(config, Map.of()).problems()).isEmpty();
        assertThat(config.isWanted()).isFalse();
        assertThat(config.coordinator()).isEmpty();
    }

    @Test
    void a_chain_or_a_keystore_makes_one_and_not_both() {
        var chain = new ValidatorConfig();
        assertThat(read(chain, Map.of("pithead.validator.chain", "31337")).problems())
                .isEmpty();
        assertThat(chain.isWanted()).isTrue();
        var keystore = new ValidatorConfig();
        Map<String, String> files =
                Map.of("pithead.validator.keystore.file", "/k", "pithead.validator.keystore.password.file", "/p");
        assertThat(read(keystore, files).problems()).isEmpty();
        assertThat(keystore.isWanted()).isTrue();

        assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.keystore.file", "/k"))
                        .problems())
                .hasSize(1);
        assertThat(read(
                                new ValidatorConfig(),
                                Map.of(
                                        "pithead.validator.chain", "1",
                                        "pithead.validator.keystore.file", "/k",
                                        "pithead.validator.keystore.password.file", "/p"))
                        .problems())
                .hasSize(1);
    }

    @Test
    void the_coordinator_is_the_one_that_is_named_or_this_very_instance() {
        var own = new ValidatorConfig();
        read(own, Map.of("pithead.edge.url", "http://127.0.0.1:8090"));
        assertThat(own.coordinator()).contains(URI.create("http://127.0.0.1:8090"));
        assertThat(own.isOwnCoordinator()).isTrue();
        var other = new ValidatorConfig();
        read(
                other,
                Map.of(
                        "pithead.edge.url", "http://127.0.0.1:8090",
                        "pithead.validator.coordinator", "https://coordinator.example.net"));
        assertThat(other.coordinator()).contains(URI.create("https://coordinator.example.net"));
        assertThat(other.isOwnCoordinator()).isFalse();
    }

    @Test
    void memory_is_asked_for_now_and_then_or_never() {
        var usual = new ValidatorConfig();
        read(usual, Map.of());
        assertThat(usual.terms().memory().shareOfChallenges()).isEqualTo(0.25);
        var never = new ValidatorConfig();
        read(
                never,
                Map.of(
                        "pithead.validator.memory-share-of-challenges", "0",
                        "pithead.validator.memory-work", "PT10S",
                        "pithead.validator.memory-opening", "PT4S",
                        "pithead.validator.rows", "8"));
        assertThat(never.terms().memory())
                .isEqualTo(new MemoryPolicy(
                        0, Duration.ofSeconds(10), 0.1, 4, Duration.ofMinutes(2), Duration.ofSeconds(4), 8));
    }

    @Test
    void a_file_is_asked_for_now_and_then_or_never() {
        var usual = new ValidatorConfig();
        read(usual, Map.of());
        assertThat(usual.terms().storage()).isEqualTo(StoragePolicy.USUAL);
        var never = new ValidatorConfig();
        read(
                never,
                Map.of(
                        "pithead.validator.storage-share-of-challenges", "0",
                        "pithead.validator.storage-mib", "100",
                        "pithead.validator.storage-share", "0.5",
                        "pithead.validator.storage-opening", "PT4S",
                        "pithead.validator.rows", "8"));
        assertThat(never.terms().storage())
                .isEqualTo(new StoragePolicy(0, 100, 0.5, 4, Duration.ofMinutes(2), Duration.ofSeconds(4), 8));
        assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.storage-mib", "8193"))
                        .problems())
                .hasSize(1);
    }

    @Test
    void jobs_are_done_once_more_only_where_the_operator_says_so() {
        var usual = new ValidatorConfig();
        read(usual, Map.of());
        assertThat(usual.referee()).isEqualTo(RefereeTerms.OFF);
        var container = new ValidatorConfig();
        Map<String, String> settings = Map.of(
                "pithead.validator.referee", "container",
                "pithead.validator.referee.command", "java -jar /opt/miner.jar",
                "pithead.validator.referee.image", "debian:stable-slim",
                "pithead.validator.referee.limit", "PT1M");
        assertThat(read(container, settings).problems()).isEmpty();
        assertThat(container.referee())
                .isEqualTo(new RefereeTerms(
                        RefereeTerms.Place.CONTAINER,
                        List.of("java", "-jar", "/opt/miner.jar"),
                        Optional.of("debian:stable-slim"),
                        Duration.ofMinutes(1)));
        for (String place : List.of("container", "somewhere", "PROCESS")) {
            assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.referee", place))
                            .problems())
                    .as(place)
                    .hasSize(1);
        }
    }

    @Test
    void a_stream_is_sent_now_and_then_or_never() {
        var usual = new ValidatorConfig();
        read(usual, Map.of());
        assertThat(usual.terms().network()).isEqualTo(NetworkPolicy.USUAL);
        var never = new ValidatorConfig();
        read(
                never,
                Map.of(
                        "pithead.validator.network-share-of-challenges", "0",
                        "pithead.validator.network-mib", "2",
                        "pithead.validator.network-opening", "PT4S",
                        "pithead.validator.rows", "8"));
        assertThat(never.terms().network())
                .isEqualTo(new NetworkPolicy(0, 2, 4, Duration.ofMinutes(2), Duration.ofSeconds(4), 8));
        assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.network-mib", "65"))
                        .problems())
                .hasSize(1);
    }

    @Test
    void a_container_is_asked_for_now_and_then_or_never() {
        var usual = new ValidatorConfig();
        read(usual, Map.of());
        assertThat(usual.terms().container()).isEqualTo(ContainerPolicy.USUAL);
        var never = new ValidatorConfig();
        read(never, Map.of("pithead.validator.container-share-of-challenges", "0"));
        assertThat(never.terms().container()).isEqualTo(new ContainerPolicy(0, 4, Duration.ofMinutes(2)));
        assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.container-share-of-challenges", "1.1"))
                        .problems())
                .hasSize(1);
    }

    @Test
    void what_is_no_url_or_out_of_bounds_is_named() {
        for (String url :
                List.of("coordinator", "ftp://host", "http://user:secret@host", "http://host?x=1", "http://")) {
            assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.coordinator", url))
                            .problems())
                    .as(url)
                    .hasSize(1);
        }
        for (String share : List.of("-0.1", "1.1", "NaN", "some")) {
            assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.memory-share-of-challenges", share))
                            .problems())
                    .as(share)
                    .hasSize(1);
        }
        for (String duty : List.of("0", "0.011", "-1", "NaN", "much")) {
            assertThat(read(new ValidatorConfig(), Map.of("pithead.validator.duty", duty))
                            .problems())
                    .as(duty)
                    .hasSize(1);
        }
    }
}
