package io.pithead.coordinator.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.discovery.DiscoveredNode;
import io.pithead.protocol.discovery.DiscoveryProvider;
import io.pithead.protocol.discovery.DiscoveryRun;
import io.pithead.protocol.discovery.DiscoveryValidators;
import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.discovery.ProviderNode;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.EndpointSeal;
import io.pithead.protocol.seal.EndpointSeal.Place;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.WalletKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real database, with what an operator says in place of a chain. */
class RegistryIT {
    private static final Scene SCENE = new Scene();
    private static final TestDatabase ROWS = SCENE.rows;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Hardware HARDWARE =
            new Hardware(new Hardware.Cpu("c", 8, 16, "amd64"), 32_000L, null, null, null, null, null);
    private static final String ENDPOINT = "203.0.113.7:8091";
    private static final int MAX_PER_PLACE = 3;

    /** A chain of each test's own. */
    private final long chain = Math.abs(RANDOM.nextLong() >> 1) + 1;

    private final UUID run = UUID.randomUUID();
    private final WalletKey node = key();
    private final WalletKey manager = key();
    private final WalletKey owner = key();
    private final WalletKey validator = key();
    private final Caller operator = new Caller(ROWS.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
    private final DiscoveryFacts facts = new DiscoveryFacts();
    private final Registry registry = new Registry();
    private int places;

    @TempDir
    private Path folder;

    private static WalletKey key() {
        return WalletKey.generate(RANDOM);
    }

    @BeforeEach
    void wire() {
        var settings = Map.of(
                "pithead.discovery.audience", "https://registry.example",
                "pithead.discovery.max-nodes-per-ip", Integer.toString(MAX_PER_PLACE),
                "pithead.discovery.key.file", folder.resolve("key").toString());
        var config = new DiscoveryConfig();
        config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        facts.database = ROWS.database();
        facts.audit = new Audit();
        facts.chains = new KnownChains();
        registry.database = ROWS.database();
        registry.config = config;
        registry.origins = new Origins();
        registry.origins.config = config;
        facts.putRun(operator, run, runOpen(true));
        facts.putValidators(operator, new DiscoveryValidators(chain, List.of(text(validator))));
        provider(key(), node);
    }

    private DiscoveryRun runOpen(boolean open) {
        return new DiscoveryRun(chain, owner.address().text(), null, null, text(manager), "ram_mb=32000", open);
    }

    private static String text(WalletKey key) {
        return key.publicKey().text();
    }

    private void provider(WalletKey provider, WalletKey... nodes) {
        facts.putProvider(operator, provider.address(), said(false, nodes));
    }

    private DiscoveryProvider said(boolean blacklisted, WalletKey... nodes) {
        return new DiscoveryProvider(
                chain,
                true,
                blacklisted,
                Stream.of(nodes)
                        .map(one -> new ProviderNode(one.address().text(), false, false, false))
                        .toList());
    }

    private Signer signed(WalletKey key) {
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        return new Signer(key.publicKey(), chain, nonce, Instant.now().plusSeconds(600));
    }

    private NodeAnnounced announce(WalletKey key, NodeAnnouncement announcement) {
        return registry.announce(signed(key), announcement, "203.0.113." + ++places);
    }

    private NodeAnnouncement plain() {
        return new NodeAnnouncement(run, HARDWARE, null);
    }

    private SealedEndpoint seal(WalletKey key, long version, List<Reader> readers) {
        List<PublicKey> keys = readers.stream()
                .map(reader -> PublicKey.parse(reader.publicKey()).orElseThrow())
                .toList();
        return EndpointSeal.seal(new Place(chain, run, key.address(), version), ENDPOINT, keys, RANDOM);
    }

    /** Does what the directive says. */
    private NodeAnnounced reseal(WalletKey key, NodeAnnounced told) {
        long version = Optional.ofNullable(told.sealAs()).orElseThrow();
        return announce(key, new NodeAnnouncement(run, HARDWARE, seal(key, version, told.readers())));
    }

    private List<DiscoveredNode> listed(WalletKey reader) {
        return registry.ofRun(signed(reader), run, null, 200).items();
    }

    private Optional<String> read(WalletKey reader, long version) {
        SealedEndpoint endpoint = registry.node(signed(reader), node.address()).endpoint();
        return endpoint == null
                ? Optional.empty()
                : EndpointSeal.open(new Place(chain, run, node.address(), version), endpoint, reader);
    }

    private static void refused(ErrorCode code, String reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CoordinatorException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(String.valueOf(refused.facts().get("reason"))).isEqualTo(reason);
        });
    }

    @Test
    void a_node_is_told_its_readers_and_seals_for_them() {
        NodeAnnounced first = announce(node, plain());
        assertThat(first.sealAs()).isEqualTo(1);
        assertThat(first.readers())
                .extracting(Reader::address)
                .containsExactlyInAnyOrder(
                        manager.address().text(), validator.address().text());
        NodeAnnounced second = reseal(node, first);
        assertThat(second.sealAs()).isNull();
        assertThat(announce(node, plain()).sealAs()).isNull();
        assertThat(read(manager, 1)).contains(ENDPOINT);
        assertThat(read(validator, 1)).contains(ENDPOINT);
        // the owner has no key here: it sees the node and not where it is
        assertThat(listed(owner)).hasSize(1).allMatch(one -> one.endpoint() == null);
        assertThat(SCENE.text("select endpoint::text || hardware::text from discovery_node where chain = ?", chain))
                .doesNotContain("203.0.113");
    }

    @Test
    void other_readers_make_it_seal_anew_and_who_was_one_reads_nothing_new() {
        reseal(node, announce(node, plain()));
        WalletKey newcomer = key();
        facts.putValidators(operator, new DiscoveryValidators(chain, List.of(text(newcomer))));
        refused(ErrorCode.NODE_NOT_FOUND, "null", () -> read(validator, 1));
        assertThat(read(newcomer, 1)).isEmpty();
        NodeAnnounced told = announce(node, plain());
        assertThat(told.sealAs()).isEqualTo(2);
        assertThat(reseal(node, told).sealAs()).isNull();
        assertThat(read(newcomer, 2)).contains(ENDPOINT);
        assertThat(read(manager, 2)).contains(ENDPOINT);
    }

    @Test
    void an_endpoint_of_another_version_or_for_others_changes_nothing_and_is_asked_for_again() {
        NodeAnnounced told = announce(node, plain());
        for (SealedEndpoint wrong : List.of(
                seal(node, 2, told.readers()),
                seal(node, 1, told.readers().subList(0, 1)),
                seal(node, 1, List.of(new Reader(owner.address().text(), text(owner)))))) {
            assertThat(announce(node, new NodeAnnouncement(run, HARDWARE, wrong))
                            .sealAs())
                    .isEqualTo(1);
            assertThat(read(manager, 1)).isEmpty();
        }
        reseal(node, told);
        SealedEndpoint again = seal(node, 1, told.readers());
        assertThat(announce(node, new NodeAnnouncement(run, HARDWARE, again)).sealAs())
                .isNull();
        assertThat(read(manager, 1)).contains(ENDPOINT);
    }

    @Test
    void a_node_that_goes_over_to_another_run_leaves_its_endpoint_behind() {
        reseal(node, announce(node, plain()));
        UUID other = UUID.randomUUID();
        facts.putRun(operator, other, runOpen(true));
        NodeAnnounced told = announce(node, new NodeAnnouncement(other, HARDWARE, null));
        assertThat(told.sealAs()).isEqualTo(2);
        assertThat(listed(manager)).isEmpty();
        assertThat(registry.ofRun(signed(manager), other, null, 10).items())
                .hasSize(1)
                .allMatch(one -> one.endpoint() == null);
    }

    @Test
    void what_the_chain_says_holds_with_the_next_request() {
        WalletKey provider = key();
        WalletKey own = key();
        refused(ErrorCode.NODE_REFUSED, "NOT_REGISTERED", () -> announce(own, plain()));
        provider(provider, own);
        announce(own, plain());
        facts.putProvider(
                operator,
                provider.address(),
                new DiscoveryProvider(
                        chain,
                        false,
                        false,
                        List.of(new ProviderNode(own.address().text(), true, true, false))));
        DiscoveredNode seen = registry.node(signed(manager), own.address());
        assertThat(List.of(seen.validated(), seen.active(), seen.whitelisted(), seen.blacklisted()))
                .containsExactly(true, true, false, false);
        facts.putProvider(operator, provider.address(), said(true, own));
        assertThat(registry.node(signed(manager), own.address()).blacklisted()).isTrue();
        refused(ErrorCode.NODE_REFUSED, "BLACKLISTED", () -> announce(own, plain()));
        facts.putRun(operator, run, runOpen(false));
        refused(ErrorCode.NODE_REFUSED, "RUN_CLOSED", () -> announce(node, plain()));
        provider(provider);
        refused(ErrorCode.NODE_NOT_FOUND, "null", () -> registry.node(signed(manager), own.address()));
    }

    @Test
    void a_node_stays_its_providers_and_a_run_its_chains() {
        refused(ErrorCode.CONFLICT_STATE, "null", () -> provider(key(), node));
        long before = chain;
        refused(
                ErrorCode.CONFLICT_STATE,
                "null",
                () -> facts.putRun(
                        operator,
                        run,
                        new DiscoveryRun(before + 1, owner.address().text(), null, null, text(manager), null, true)));
        assertThat(facts.run(run)).isEqualTo(runOpen(true));
        announce(node, plain());
    }

    @Test
    void only_those_who_may_know_are_told() {
        reseal(node, announce(node, plain()));
        WalletKey stranger = key();
        refused(ErrorCode.NOT_FOUND, "null", () -> listed(stranger));
        refused(ErrorCode.NOT_FOUND, "null", () -> listed(node));
        refused(ErrorCode.NOT_FOUND, "null", () -> listed(validator));
        for (WalletKey other : List.of(stranger, node, manager, owner)) {
            refused(ErrorCode.FORBIDDEN_SIGNER, "null", () -> registry.forValidator(signed(other), null, null, 10));
        }
        refused(ErrorCode.NODE_NOT_FOUND, "null", () -> registry.node(signed(stranger), node.address()));
        for (WalletKey one : List.of(node, manager, owner, validator)) {
            assertThat(registry.node(signed(one), node.address()).address())
                    .isEqualTo(node.address().text());
        }
        var elsewhere = new Signer(manager.publicKey(), chain + 1, new byte[32], Instant.now());
        refused(ErrorCode.NOT_FOUND, "null", () -> registry.ofRun(elsewhere, run, null, 10));
        assertThat(ROWS.number(
                        "select count(*) from wallet_nonce where signer = ?",
                        stranger.address().text()))
                .as("who is not known leaves nothing")
                .isZero();
    }

    @Test
    void lists_have_pages_in_the_order_of_addresses() {
        WalletKey[] nodes = Stream.generate(RegistryIT::key).limit(5).toArray(WalletKey[]::new);
        provider(key(), nodes);
        for (WalletKey one : nodes) {
            announce(one, plain());
        }
        List<String> all =
                Stream.of(nodes).map(one -> one.address().text()).sorted().toList();
        var found = new ArrayList<String>();
        Address after = null;
        do {
            var page = registry.forValidator(signed(validator), false, after, 2);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(2);
            page.items().forEach(one -> found.add(one.address()));
            after = page.nextCursor() == null ? null : new Address(page.nextCursor());
        } while (after != null);
        assertThat(found).isEqualTo(all);
        assertThat(registry.forValidator(signed(validator), true, null, 10).items())
                .isEmpty();
    }

    @Test
    void a_silent_node_is_not_listed_and_its_row_goes_later() {
        reseal(node, announce(node, plain()));
        ROWS.update("update discovery_node set seen_at = now() - interval '16 min' where chain = ?", chain);
        assertThat(listed(manager)).isEmpty();
        refused(ErrorCode.NODE_NOT_FOUND, "null", () -> registry.node(signed(manager), node.address()));
        ROWS.database().inTransaction(connection -> RegistryStore.sweep(connection, Duration.ofMinutes(17), 10));
        assertThat(announce(node, plain()).sealAs()).isNull();
        ROWS.update("update discovery_node set seen_at = now() - interval '20 min' where chain = ?", chain);
        ROWS.database().inTransaction(connection -> RegistryStore.sweep(connection, Duration.ofMinutes(17), 10));
        assertThat(ROWS.number("select count(*) from discovery_node where chain = ?", chain))
                .isZero();
    }

    @Test
    void a_nonce_is_taken_once_and_forgotten_when_its_time_is_over() {
        Signer signer = signed(node);
        registry.announce(signer, plain(), "203.0.113.1");
        refused(ErrorCode.NONCE_USED, "null", () -> registry.announce(signer, plain(), "203.0.113.1"));
        var same = new Signer(
                manager.publicKey(), chain, signer.nonce(), Instant.now().minusSeconds(1));
        registry.ofRun(same, run, null, 10);
        refused(ErrorCode.NONCE_USED, "null", () -> registry.ofRun(same, run, null, 10));
        ROWS.database().inTransaction(connection -> Nonces.sweep(connection, 1_000));
        registry.ofRun(same, run, null, 10);
        refused(ErrorCode.NONCE_USED, "null", () -> registry.announce(signer, plain(), "203.0.113.1"));
    }

    @Test
    void of_the_same_request_many_times_at_once_one_is_taken() throws Exception {
        Signer signer = signed(node);
        List<Boolean> taken = atOnce(IntStream.range(0, 8)
                .<Callable<Object>>mapToObj(i -> () -> registry.announce(signer, plain(), "203.0.113.1"))
                .toList());
        assertThat(taken).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void of_many_nodes_from_one_place_at_once_as_many_as_may_be_are_taken() throws Exception {
        WalletKey[] nodes = Stream.generate(RegistryIT::key).limit(10).toArray(WalletKey[]::new);
        provider(key(), nodes);
        List<Boolean> taken = atOnce(Stream.of(nodes)
                .<Callable<Object>>map(one -> () -> registry.announce(signed(one), plain(), "198.51.100.9"))
                .toList());
        assertThat(taken).filteredOn(Boolean::booleanValue).hasSize(MAX_PER_PLACE);
        refused(
                ErrorCode.NODE_REFUSED,
                "PLACE_IS_FULL",
                () -> registry.announce(signed(node), plain(), "198.51.100.9"));
        registry.announce(signed(node), plain(), "198.51.100.10");
        assertThat(taken.indexOf(true)).isNotNegative();
        WalletKey there = nodes[taken.indexOf(true)];
        registry.announce(signed(there), plain(), "198.51.100.9");
    }

    @Test
    void what_the_operator_says_is_in_the_audit_trail() {
        assertThat(SCENE.column(
                        "select action || ' ' || target from audit where account_id = ? order by id",
                        operator.accountId()))
                .hasSize(3)
                .contains("discovery.run " + run, "discovery.validators " + chain);
        refused(
                ErrorCode.INVALID_PAYLOAD,
                "null",
                () -> facts.putRun(
                        operator,
                        run,
                        new DiscoveryRun(
                                chain, owner.address().text(), null, null, text(manager), "gpu:colour=red", true)));
        assertThat(facts.validators(chain).publicKeys()).containsExactly(text(validator));
    }

    /** Whether each of them was taken. */
    private static List<Boolean> atOnce(List<Callable<Object>> calls) throws Exception {
        var barrier = new CyclicBarrier(calls.size());
        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            List<Future<Boolean>> pending = calls.stream()
                    .map(call -> threads.submit(() -> {
                        barrier.await();
                        try {
                            call.call();
                            return true;
                        } catch (CoordinatorException refused) {
                            return false;
                        }
                    }))
                    .toList();
            var taken = new ArrayList<Boolean>();
            for (Future<Boolean> one : pending) {
                taken.add(one.get());
            }
            return taken;
        }
    }
}
