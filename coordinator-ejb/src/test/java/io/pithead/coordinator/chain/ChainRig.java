package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.FeePolicy;
import io.pithead.coordinator.chain.core.Finality;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.testing.TestDatabase;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One chain and one database, and loops between them that go round when a test says so. */
final class ChainRig implements AutoCloseable {
    static final BigInteger GWEI = BigInteger.TEN.pow(9);
    static final int CONFIRMATIONS = 3;
    private static final int MAX_ROUNDS = 400;

    final Anvil anvil;
    final FaultyRpc rpc;
    final TestDatabase database = TestDatabase.create();
    final ChainGateway gateway = new ChainGateway(new Outbox());
    final SigningKey key = Anvil.rich();
    final long chainId;
    private Instant now = Instant.parse("2026-11-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    Map<String, ChainSettings.Contract> contracts = Map.of();
    long maxLogRange = 2_000;
    int window = 64;
    int confirmations = CONFIRMATIONS;

    ChainRig(long chainId) throws Exception {
        this.chainId = chainId;
        this.anvil = new Anvil(chainId);
        this.rpc = new FaultyRpc(anvil.rpc());
    }

    ChainSettings settings() {
        return new ChainSettings(
                "chain-" + chainId,
                chainId,
                List.of(anvil.url()),
                contracts,
                0,
                new Finality(Finality.Tag.LATEST, confirmations),
                maxLogRange,
                Duration.ofSeconds(1),
                window,
                new FeePolicy(GWEI.multiply(BigInteger.valueOf(50)), GWEI, 125, Duration.ofSeconds(30)),
                500,
                Optional.empty(),
                false);
    }

    /** Another life of the loop: nobody waits for the lease of the one before. */
    Sender sender() {
        takeLeasesBack();
        return new Sender(
                database.database(),
                settings(),
                key,
                endpoints(rpc),
                new ContractErrors(ContractFiles.abis().values()),
                UUID.randomUUID(),
                Duration.ofSeconds(15));
    }

    Indexer indexer() {
        return indexer(database);
    }

    Indexer indexer(TestDatabase into) {
        into.update("update chain_lease set expires_at = now() - interval '1 s'");
        return new Indexer(into.database(), settings(), endpoints(rpc), ContractFiles.abis(), UUID.randomUUID());
    }

    Endpoints endpoints(Rpc... peers) {
        return new Endpoints("test", List.of(peers), settings().identity(), clock, () -> {});
    }

    void takeLeasesBack() {
        database.update("update chain_lease set expires_at = now() - interval '1 s'");
    }

    /** Nodes that rest are asked again, what was put off is due, what was sent long ago is sent again. */
    void later() {
        now = now.plus(Duration.ofMinutes(5));
        database.update("update chain_transaction set due_at = now() where state = 'ASKED'");
        database.update("update chain_attempt set sent_at = sent_at - interval '1 minute'");
    }

    UUID ask(String purpose, Intent intent) {
        return database.database()
                .inTransaction(connection -> gateway.ask(connection, chainId, key.address(), purpose, intent));
    }

    static Intent pay(String target, long wei) {
        return new Intent(target, BigInteger.valueOf(wei), new byte[0]);
    }

    /** An address that nobody has used. */
    static String nobody() {
        return "0x" + UUID.randomUUID().toString().replace("-", "") + "00000001";
    }

    long in(String state) {
        return database.number("select count(*) from chain_transaction where state = ?", state);
    }

    long open() {
        return database.number("select count(*) from chain_transaction where state in ('ASKED', 'SIGNED', 'MINED')");
    }

    /** Rounds and blocks until nothing is open. */
    void finish(Sender sender) throws Exception {
        for (int i = 0; open() > 0; i++) {
            if (i > MAX_ROUNDS) {
                throw new AssertionError(open() + " transactions do not end");
            }
            go(sender);
            anvil.mine(1);
            later();
        }
    }

    /** A round that may meet a node that fails. */
    static boolean go(Sender sender) {
        try {
            return sender.round();
        } catch (RpcException e) {
            return false;
        }
    }

    static boolean go(Indexer indexer) {
        try {
            return indexer.round();
        } catch (RpcException e) {
            return false;
        }
    }

    /** Reads up to the head. */
    static void read(Indexer indexer) throws RpcException {
        for (int i = 0; indexer.round(); i++) {
            if (i > MAX_ROUNDS) {
                throw new AssertionError("the indexer does not end");
            }
        }
    }

    String digest(TestDatabase of) {
        return of.database().inTransaction(connection -> new IndexStore(chainId).digest(connection, Long.MAX_VALUE));
    }

    /** Our contracts, deployed by lives each of which goes some rounds. */
    Map<String, String> deployAll(int roundsPerLife) throws Exception {
        for (int life = 0; life < MAX_ROUNDS; life++) {
            var deployment = new DevDeployment(database.database(), gateway, chainId, key.address());
            Sender sender = sender();
            for (int i = 0; i < roundsPerLife; i++) {
                Optional<Map<String, String>> made = deployment.round();
                if (made.isPresent()) {
                    contracts = new ChainNode(rpc).codeHashes(made.get());
                    return made.get();
                }
                go(sender);
                anvil.mine(1);
                later();
            }
        }
        throw new AssertionError("not deployed");
    }

    /** As the rest of the system knows this chain. */
    KnownChains known() {
        var known = new KnownChains();
        known.know(settings(), key, () -> endpoints(rpc));
        return known;
    }

    /** Of one's own contract, deployed and final. */
    String deploy(String purpose, Intent deployment) throws Exception {
        ask(purpose, deployment);
        finish(sender());
        var asked = database.database().withConnection(connection -> gateway.find(connection, chainId, purpose));
        return String.valueOf(asked.orElseThrow().contract());
    }

    @Override
    public void close() throws InterruptedException {
        anvil.close();
    }
}
