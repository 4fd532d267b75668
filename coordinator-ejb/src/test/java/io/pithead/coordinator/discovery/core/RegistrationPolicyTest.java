package io.pithead.coordinator.discovery.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.EndpointSeal;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationPolicyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final WalletKey COORDINATOR = WalletKey.generate(RANDOM);
    private static final WalletKey VALIDATOR = WalletKey.generate(RANDOM);
    private static final Address NODE = WalletKey.generate(RANDOM).address();
    private static final Address OWNER = WalletKey.generate(RANDOM).address();
    private static final UUID RUN = UUID.randomUUID();
    private static final long CHAIN = 31_337;
    private static final Hardware HARDWARE = new Hardware(
            new Hardware.Cpu("c", 8, 16, "amd64"),
            32_000L,
            List.of(new Hardware.Gpu(0, null, "NVIDIA H100", 81_000L, null, null)),
            List.of(new Hardware.Disk("d", 1_000_000L, 500_000L)),
            null,
            null,
            null);
    private static final Optional<NodeFacts> REGISTERED = Optional.of(new NodeFacts(false));

    private static Optional<RunFacts> run(String requirements, boolean open) {
        return Optional.of(
                new RunFacts(RUN, CHAIN, OWNER, COORDINATOR.address(), Requirements.parse(requirements), open));
    }

    private static List<Reader> readers(WalletKey... keys) {
        return Stream.of(keys)
                .map(key -> new Reader(key.address().text(), key.publicKey().text()))
                .toList();
    }

    private static SealedEndpoint sealed(long version, WalletKey... readers) {
        List<PublicKey> keys = Stream.of(readers).map(WalletKey::publicKey).toList();
        return EndpointSeal.seal(new EndpointSeal.Place(CHAIN, RUN, NODE, version), "a:1", keys, RANDOM);
    }

    @Test
    void a_node_that_is_registered_and_fits_is_taken() {
        assertThat(RegistrationPolicy.refusal(REGISTERED, run("gpu:model=H100;ram_mb=32000", true), CHAIN, HARDWARE))
                .isEmpty();
    }

    @Test
    void everything_that_speaks_against_it_has_a_name() {
        var good = run("", true);
        assertThat(RegistrationPolicy.refusal(Optional.empty(), good, CHAIN, HARDWARE))
                .contains(RegistrationRefusal.NOT_REGISTERED);
        assertThat(RegistrationPolicy.refusal(Optional.of(new NodeFacts(true)), good, CHAIN, HARDWARE))
                .contains(RegistrationRefusal.BLACKLISTED);
        assertThat(RegistrationPolicy.refusal(REGISTERED, Optional.empty(), CHAIN, HARDWARE))
                .contains(RegistrationRefusal.UNKNOWN_RUN);
        assertThat(RegistrationPolicy.refusal(REGISTERED, good, CHAIN + 1, HARDWARE))
                .contains(RegistrationRefusal.UNKNOWN_RUN);
        assertThat(RegistrationPolicy.refusal(REGISTERED, run("", false), CHAIN, HARDWARE))
                .contains(RegistrationRefusal.RUN_CLOSED);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu:cores=17,NOT_ENOUGH_CORES",
        "ram_mb=32001,NOT_ENOUGH_RAM",
        "storage_gb=501,NOT_ENOUGH_STORAGE",
        "gpu:count=2,OTHER_GPUS",
        "gpu:model=A100,OTHER_GPUS"
    })
    void what_the_machine_lacks_is_named(String requirements, RegistrationRefusal expected) {
        assertThat(RegistrationPolicy.refusal(REGISTERED, run(requirements, true), CHAIN, HARDWARE))
                .contains(expected);
    }

    @Test
    void a_run_is_its_owners_and_its_managers() {
        RunFacts run = run("", true).orElseThrow();
        assertThat(run.isOf(OWNER)).isTrue();
        assertThat(run.isOf(COORDINATOR.address())).isTrue();
        assertThat(run.isOf(VALIDATOR.address())).isFalse();
    }

    @Test
    void an_endpoint_counts_for_exactly_its_readers_and_in_order() {
        List<Reader> readers = readers(COORDINATOR, VALIDATOR);
        assertThat(RegistrationPolicy.counts(sealed(1, COORDINATOR, VALIDATOR), 0, readers))
                .isTrue();
        assertThat(RegistrationPolicy.counts(null, 0, readers)).isFalse();
        for (long version : new long[] {1, 2, 4, Long.MAX_VALUE}) {
            assertThat(RegistrationPolicy.counts(sealed(version, COORDINATOR, VALIDATOR), 2, readers))
                    .as("version %s after 2", version)
                    .isFalse();
        }
        assertThat(RegistrationPolicy.counts(sealed(1, COORDINATOR), 0, readers))
                .isFalse();
        assertThat(RegistrationPolicy.counts(sealed(1, COORDINATOR, VALIDATOR), 0, readers(COORDINATOR)))
                .isFalse();
        assertThat(RegistrationPolicy.counts(sealed(1, VALIDATOR), 0, readers(COORDINATOR)))
                .isFalse();
    }
}
