package io.pithead.coordinator.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.SignedRequest.Terms;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
    private static final WalletKey KEY = WalletKey.generate(new SecureRandom());
    private static final Instant NOW = Instant.parse("2026-11-21T17:00:00Z");
    private static final String HERE = "https://registry.example";
    private static final String PATH = "/v1/discovery/nodes";

    private final Signatures signatures = new Signatures(config(HERE + ", http://127.0.0.1:8090"));

    private static DiscoveryConfig config(String audience) {
        var config = new DiscoveryConfig();
        var reader = new ConfigReader(
                key -> key.equals("pithead.discovery.audience") ? Optional.of(audience) : Optional.empty());
        config.read(reader);
        assertThat(reader.problems()).isEmpty();
        return config;
    }

    private static String header(String audience, Instant issuedAt, Duration lifetime) {
        return SignedRequest.sign(
                        KEY, "PUT", PATH, new byte[0], new Terms(1, audience, new byte[32], issuedAt, lifetime))
                .header();
    }

    private static String header(String audience) {
        return header(audience, NOW, Duration.ofSeconds(60));
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void a_good_signature_says_who_it_is_and_how_long_its_nonce_is_kept() {
        Signatures.Checked checked = signatures.check(header(HERE), "PUT", PATH, NOW);
        Signer signer = checked.signer();
        SignedRequest request = checked.request();
        assertThat(signer.address()).isEqualTo(KEY.address());
        assertThat(signer.chain()).isEqualTo(1);
        // an instance whose clock is a minute late takes it for two minutes more than it says
        assertThat(signer.forgetAt()).isAfter(request.expiresAt().plus(SignedRequest.SKEW.multipliedBy(2)));
    }

    @Test
    void each_of_the_servers_names_will_do_and_no_other() {
        signatures.check(header("http://127.0.0.1:8090"), "PUT", PATH, NOW);
        refused(
                ErrorCode.WRONG_AUDIENCE,
                () -> signatures.check(header("https://registry.example.com"), "PUT", PATH, NOW));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/discovery/nodes",
        "PUT,/v1/discovery/nodes?a=b",
        "PUT,/v1/discovery",
        "POST,/v1/discovery/nodes"
    })
    void another_method_or_path_was_not_signed(String method, String path) {
        refused(ErrorCode.SIGNATURE_INVALID, () -> signatures.check(header(HERE), method, path, NOW));
    }

    @Test
    void its_time_must_be_now_within_a_minute() {
        signatures.check(header(HERE), "PUT", PATH, NOW.minusSeconds(60));
        signatures.check(header(HERE), "PUT", PATH, NOW.plusSeconds(119));
        refused(
                ErrorCode.SIGNATURE_NOT_YET_VALID,
                () -> signatures.check(header(HERE), "PUT", PATH, NOW.minusSeconds(61)));
        refused(ErrorCode.SIGNATURE_EXPIRED, () -> signatures.check(header(HERE), "PUT", PATH, NOW.plusSeconds(120)));
        refused(
                ErrorCode.SIGNATURE_INVALID,
                () -> signatures.check(header(HERE, NOW, Duration.ofSeconds(301)), "PUT", PATH, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer x", "Wallet"})
    void without_a_signature_one_is_asked_for(String authorization) {
        refused(ErrorCode.SIGNATURE_REQUIRED, () -> signatures.check(authorization, "PUT", PATH, NOW));
    }

    @Test
    void a_server_that_was_given_no_name_keeps_no_registry() {
        refused(ErrorCode.NOT_FOUND, () -> new Signatures(new DiscoveryConfig()).check(header(HERE), "PUT", PATH, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry.example", "https://registry.example/", "HTTPS://Registry", "https://a b", ","})
    void a_name_is_an_origin(String audience) {
        var reader = new ConfigReader(
                key -> key.equals("pithead.discovery.audience") ? Optional.of(audience) : Optional.empty());
        new DiscoveryConfig().read(reader);
        assertThat(reader.problems()).hasSize(1);
    }
}
