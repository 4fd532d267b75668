package io.pithead.coordinator.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.run.RunIds;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The registry after the rows that reading a chain leaves. */
class ChainFeedIT {
    private static final Scene SCENE = new Scene();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<String, String> GOOD =
            Map.of("registered", "true", "whitelisted", "true", "stake", "150", "nodes", "1");

    private final long chain = Math.abs(RANDOM.nextLong() >> 1) + 1;
    private final WalletKey owner = WalletKey.generate(RANDOM);
    private final WalletKey manager = WalletKey.generate(RANDOM);
    private final WalletKey validator = WalletKey.generate(RANDOM);
    private final String provider = WalletKey.generate(RANDOM).address().text();
    private final String node = WalletKey.generate(RANDOM).address().text();
    private final ChainFeed feed = new ChainFeed(SCENE.database, new KnownChains());
    private long block;

    @BeforeEach
    void a_chain_with_one_of_each() {
        SCENE.rows.update("insert into chain (chain_id, first_block, next_block, head) values (?, 0, 0, 0)", chain);
        says("provider_parameters", "", Map.of("minimum_stake", "100", "stake_per_node", "50"));
        says("provider", provider, GOOD);
        says("node", node, node(true, 1));
        says("run", "1", run("started"));
        says("validator", validator.address().text(), Map.of("member", "true"));
        feed.follow(chain);
    }

    private Map<String, String> node(boolean validated, long placed) {
        return Map.of(
                "provider",
                provider,
                "registered",
                "true",
                "validated",
                Boolean.toString(validated),
                "run",
                Long.toString(placed));
    }

    private Map<String, String> run(String state) {
        return Map.of(
                "owner",
                owner.address().text(),
                "manager",
                manager.address().text(),
                "requirements",
                "ram_mb=1",
                "ends_by",
                Long.toString(Instant.now().getEpochSecond() + 3_600),
                "state",
                state);
    }

    /** In a block of its own, read. */
    private void says(String kind, String key, Map<String, String> body) {
        SCENE.rows.update(
                "insert into chain_state (chain_id, kind, key, block, log_index, body) values (?, ?, ?, ?, 0, ?)",
                chain,
                kind,
                key,
                block,
                Json.text(body));
        block++;
        SCENE.rows.update("update chain set next_block = ?, head = ? where chain_id = ?", block, block - 1, chain);
    }

    private String nodeFacts() {
        return SCENE.text(
                "select coalesce((select provider || ' ' || validated || ' ' || active || ' ' || blacklisted || ' '"
                        + " || coalesce(placed, 0) from discovery_chain_node where chain = ?), 'none')",
                chain);
    }

    private boolean isActive() {
        return nodeFacts().equals(provider + " true true false 1");
    }

    private String standing() {
        return SCENE.text("select standing from discovery_provider where chain = ?", chain);
    }

    private String runFacts() {
        return SCENE.text(
                "select coalesce((select run || ' ' || manager || ' ' || open from discovery_run where chain = ?), 'none')",
                chain);
    }

    private List<Reader> readers() {
        return SCENE.database.withConnection(
                connection -> ChainFacts.readers(connection, RunIds.discoveryRun(chain, 1)));
    }

    @Test
    void what_the_chain_says_is_what_the_registry_knows() {
        assertThat(isActive()).isTrue();
        assertThat(standing()).isEqualTo("GOOD");
        assertThat(runFacts()).isEqualTo(RunIds.discoveryRun(chain, 1) + " " + manager.address() + " true");
        assertThat(SCENE.column("select address from discovery_validator where chain = ?", chain))
                .containsExactly(validator.address().text());
    }

    @Test
    void each_change_is_followed_and_a_node_is_active_by_all_that_it_depends_on() {
        says("provider", provider, Map.of("registered", "true", "whitelisted", "true", "stake", "149", "nodes", "1"));
        feed.follow(chain);
        assertThat(standing()).isEqualTo("UNDERSTAKED");
        assertThat(isActive()).isFalse();
        says("provider", provider, GOOD);
        feed.follow(chain);
        assertThat(isActive()).isTrue();
        says("provider_parameters", "", Map.of("minimum_stake", "101", "stake_per_node", "50"));
        feed.follow(chain);
        assertThat(standing()).isEqualTo("UNDERSTAKED");
        says("provider_parameters", "", Map.of("minimum_stake", "1", "stake_per_node", "50"));
        says("run", "1", run("ended"));
        feed.follow(chain);
        assertThat(standing()).isEqualTo("GOOD");
        assertThat(runFacts()).endsWith("false");
        assertThat(isActive()).isFalse();
        says("run", "1", run("started"));
        says("node", node, node(false, 1));
        feed.follow(chain);
        assertThat(nodeFacts()).isEqualTo(provider + " false false false 1");
        says("node", node, Map.of("provider", provider, "registered", "false"));
        says("validator", validator.address().text(), Map.of("member", "false"));
        feed.follow(chain);
        assertThat(nodeFacts()).isEqualTo("none");
        assertThat(SCENE.column("select address from discovery_validator where chain = ?", chain))
                .isEmpty();
    }

    @Test
    void a_run_whose_time_is_over_is_closed_though_no_event_says_so() {
        blockAt("-2 h");
        feed.follow(chain);
        assertThat(runFacts()).as("by the chain's clock").endsWith("true");
        SCENE.rows.update("update discovery_run set ends_at = now() - interval '1 h' where chain = ?", chain);
        feed.follow(chain);
        assertThat(runFacts()).as("by the chain's clock").endsWith("true");
        blockAt("0 s");
        feed.follow(chain);
        assertThat(runFacts()).endsWith("false");
        assertThat(isActive()).isFalse();
    }

    private void blockAt(String fromNow) {
        SCENE.rows.update(
                "insert into chain_block (chain_id, number, hash, at)"
                        + " select ?, count(*), '0x' || repeat('0', 64), now() + ?::interval from chain_block where chain_id = ?",
                chain,
                fromNow,
                chain);
    }

    @Test
    void what_a_reorganisation_took_back_is_gone() {
        String before = runFacts();
        String other = WalletKey.generate(RANDOM).address().text();
        says("provider", other, GOOD);
        says("run", "2", run("created"));
        says("run", "1", run("ended"));
        feed.follow(chain);
        assertThat(SCENE.rows.number("select count(*) from discovery_run where chain = ?", chain))
                .isEqualTo(2);
        SCENE.rows.update("delete from chain_state where chain_id = ? and block >= ?", chain, block - 3);
        SCENE.rows.update("update chain set rewinds = rewinds + 1, next_block = head - 2 where chain_id = ?", chain);
        feed.follow(chain);
        assertThat(SCENE.rows.number("select count(*) from discovery_run where chain = ?", chain))
                .as("while it is not read again")
                .isEqualTo(2);
        SCENE.rows.update("update chain set next_block = head + 1 where chain_id = ?", chain);
        feed.follow(chain);
        assertThat(runFacts()).isEqualTo(before);
        assertThat(SCENE.column("select address from discovery_provider where chain = ?", chain))
                .containsExactly(provider);
    }

    @Test
    void while_all_is_read_again_the_facts_stay_as_they_were() {
        SCENE.rows.update(
                "update chain set generation = generation + 1, next_block = first_block where chain_id = ?", chain);
        SCENE.rows.update("delete from chain_state where chain_id = ?", chain);
        feed.follow(chain);
        new ChainFeed(SCENE.database, new KnownChains()).follow(chain);
        assertThat(isActive()).isTrue();
        long head = block;
        block = 0;
        says("provider", provider, Map.of("registered", "true", "blacklisted", "true"));
        SCENE.rows.update("update chain set head = ? where chain_id = ?", head, chain);
        feed.follow(chain);
        assertThat(isActive()).isTrue();
        SCENE.rows.update("update chain set next_block = head + 1 where chain_id = ?", chain);
        feed.follow(chain);
        assertThat(nodeFacts()).isEqualTo("none");
        assertThat(standing()).isEqualTo("BLACKLISTED");
    }

    @Test
    void a_halted_chain_changes_nothing() {
        says("run", "1", run("ended"));
        SCENE.rows.update("update chain set halted = 'x' where chain_id = ?", chain);
        feed.follow(chain);
        assertThat(runFacts()).endsWith("true");
    }

    @Test
    void a_reader_is_one_once_it_has_signed_and_as_long_as_the_chain_says_so() {
        assertThat(readers()).isEmpty();
        Registry registry = registry();
        registry.forValidator(signed(validator), null, null, 1);
        assertThat(readers()).extracting(Reader::publicKey).containsExactly(text(validator));
        registry.ofRun(signed(manager), RunIds.discoveryRun(chain, 1), null, 1);
        registry.ofRun(signed(owner), RunIds.discoveryRun(chain, 1), null, 1);
        assertThat(readers())
                .extracting(Reader::publicKey)
                .containsExactlyInAnyOrder(text(validator), text(manager), text(owner));
        says("run", "1", run("started"));
        new ChainFeed(SCENE.database, new KnownChains()).follow(chain);
        assertThat(readers()).as("a key stays known").hasSize(3);
        WalletKey next = WalletKey.generate(RANDOM);
        var handed = new java.util.HashMap<>(run("started"));
        handed.put("manager", next.address().text());
        says("run", "1", handed);
        feed.follow(chain);
        assertThat(readers()).extracting(Reader::publicKey).containsExactlyInAnyOrder(text(validator), text(owner));
    }

    private static String text(WalletKey key) {
        return key.publicKey().text();
    }

    private Signer signed(WalletKey key) {
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        return new Signer(key.publicKey(), chain, nonce, Instant.now().plusSeconds(600));
    }

    private static Registry registry() {
        var registry = new Registry();
        registry.database = SCENE.database;
        registry.config = new DiscoveryConfig();
        registry.config.read(new ConfigReader(key -> Optional.empty()));
        return registry;
    }
}
