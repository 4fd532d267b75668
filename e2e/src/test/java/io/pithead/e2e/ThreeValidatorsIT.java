package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.demo.Cheat;
import io.pithead.demo.CheatingMiner;
import io.pithead.demo.Rest;
import io.pithead.demo.WorkCheat;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.core.Shares;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three validators, each a server of its own with its own database and key, one coordinator, and a chain on which two of the three
 * decide: they share the nodes, one of them lies, and then it is gone.
 */
@NeedsPostgres
class ThreeValidatorsIT {
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final Duration EPOCH = Duration.ofSeconds(10);
    private static final SecureRandom RANDOM = new SecureRandom();
    // as the contracts number them
    private static final int APPROVED = 1;
    private static final int REJECTED = 2;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path temp;

    /** One of the three. */
    private record Party(String name, WalletKey key, PitheadProcess process) {
        String address() {
            return key.address().text();
        }
    }

    @Test
    void two_of_three_decide_whoever_lies_or_is_gone() throws Exception {
        var parties = new ArrayList<Party>();
        var miners = new ArrayList<CheatingMiner>();
        try (Postgres postgres = Postgres.start();
                PitheadProcess coordinator = PitheadProcess.start(
                        temp.resolve("coordinator"), Evm.setting(), "pithead.roles=coordinator,discovery");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                StakedNode.awaitContracts(coordinator);
                Operator operator = Operator.of(open(coordinator), coordinator.data());
                var keys = new TreeMap<String, WalletKey>();
                for (String name : List.of("alpha", "beta", "gamma")) {
                    keys.put(name, WalletKey.generate(RANDOM));
                }
                // all at once: boots are the dearest part
                var starting = keys.entrySet().stream()
                        .map(one -> threads.submit(
                                () -> validator(one.getKey(), one.getValue(), postgres, operator, coordinator)))
                        .toList();
                Callable<StakedNode> one = () -> StakedNode.register("honest", temp, operator, coordinator);
                Callable<StakedNode> other = () -> StakedNode.register("cheating", temp, operator, coordinator);
                Future<StakedNode> honest = threads.submit(one);
                Future<StakedNode> cheating = threads.submit(other);
                elect(keys.values(), operator, coordinator);
                for (Future<Party> party : starting) {
                    parties.add(party.get());
                }
                honest.get();
                cheating.get();
                awaitElected(parties, postgres);

                Rest provider = Rest.plain(
                        coordinator.http(),
                        operator.client(operator.account("nodes"), "miner").key());
                miners.add(miner(provider, "honest", Cheat.NONE, honest.get()));
                approved(honest.get(), parties, coordinator);
                Party liar = parties.getLast();
                lied(liar, honest.get(), postgres, coordinator);

                liar.process().kill();
                miners.add(miner(provider, "cheating", Cheat.RANDOM_PRODUCT, cheating.get()));
                ejected(cheating.get(), parties, coordinator);
                assertThat(honest.get().state(coordinator)).isEqualTo(StakedNode.VALIDATED);
                assertThat(sanctions(honest.get(), coordinator)).isEmpty();
                for (Party party : parties) {
                    assertSharesWereKept(party, parties, postgres);
                }
            } finally {
                miners.forEach(CheatingMiner::close);
                parties.forEach(party -> party.process().close());
            }
        }
    }

    // the parties ----------------------------------------------------------------------------------------------------

    private static Api open(PitheadProcess coordinator) {
        return Api.open(coordinator.http());
    }

    private Party validator(
            String name, WalletKey key, Postgres postgres, Operator operator, PitheadProcess coordinator)
            throws Exception {
        Path folder = Files.createDirectories(temp.resolve(name));
        KeyFile.create(folder.resolve("key.json"), key, StakedNode.PASSWORD.toCharArray(), RANDOM);
        StakedNode.secret(folder, "key.password", StakedNode.PASSWORD);
        ObjectNode chains =
                Json.own(Files.readString(coordinator.data().resolve("chain/chains.json")), ObjectNode.class);
        ((ObjectNode) chains.at("/chains/0"))
                .putObject("key")
                .put("keystore_file", "key.json")
                .put("password_file", "key.password");
        Files.write(folder.resolve("chains.json"), Json.write(chains));
        Evm.of(coordinator.data()).fund(key.address().text());
        StakedNode.secret(
                folder,
                "api.key",
                operator.client(operator.account(name), "validator").key());
        StakedNode.secret(folder, "database.password", Postgres.PASSWORD);
        postgres.create(name);
        PitheadProcess process = PitheadProcess.start(
                folder.resolve("data"),
                "-Xmx640m",
                "pithead.roles=validator",
                "pithead.db.url=" + postgres.url(name),
                "pithead.db.user=" + Postgres.USER,
                "pithead.db.password.file=" + folder.resolve("database.password"),
                "pithead.chain.file=" + folder.resolve("chains.json"),
                "pithead.validator.chain=" + Evm.CHAIN,
                "pithead.validator.coordinator=" + coordinator.http(),
                "pithead.validator.key-file=" + folder.resolve("api.key"),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.delivery=PT10S",
                "pithead.validator.epoch=" + EPOCH,
                "pithead.validator.memory-share-of-challenges=0",
                "pithead.validator.storage-share-of-challenges=0");
        return new Party(name, key, process);
    }

    private static CheatingMiner miner(Rest provider, String name, Cheat cheat, StakedNode node) throws Exception {
        return new CheatingMiner(provider, name, cheat, WorkCheat.NONE, node.key(), System.out).start();
    }

    /** The three take the place of the coordinator's own key, and two of them are a quorum. */
    private static void elect(Collection<WalletKey> keys, Operator operator, PitheadProcess coordinator) {
        var orders = new TreeMap<String, String>();
        for (WalletKey key : keys) {
            String path = "/validators/" + key.address().text() + "/add";
            orders.put(path, StakedNode.ordered(operator, path, Map.of()));
        }
        orders.forEach((path, id) -> StakedNode.awaitDone(operator, path, id));
        String first = open(coordinator)
                .get("/v1/chains")
                .expect(200)
                .body()
                .at("/chains/0/operator")
                .asText();
        StakedNode.order(operator, "/validators/" + first + "/remove", Map.of());
        Evm evm = Evm.of(coordinator.data());
        evm.as(evm.contract("Timelock"), "Validators", "setThreshold(uint256)", Evm.word(2));
    }

    /** Until each of them has read that. */
    private static void awaitElected(List<Party> parties, Postgres postgres) {
        var members = new TreeSet<String>();
        parties.forEach(party -> members.add(party.address()));
        for (Party party : parties) {
            party.process().server().await("to know the three and the quorum", SOON, () -> {
                try (Connection connection = postgres.connect(party.name())) {
                    return newest(connection, "validator", "member").entrySet().stream()
                                    .filter(one -> one.getValue().equals("true"))
                                    .map(Map.Entry::getKey)
                                    .toList()
                                    .equals(List.copyOf(members))
                            && newest(connection, "quorum", "threshold").containsValue("2");
                }
            });
        }
    }

    private static Map<String, String> newest(Connection connection, String kind, String member) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select distinct on (key) key, body::json->>?"
                + " from chain_state where kind = ? order by key, block desc, log_index desc")) {
            select.setString(1, member);
            select.setString(2, kind);
            var newest = new TreeMap<String, String>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    newest.put(row.getString(1), row.getString(2));
                }
            }
            return newest;
        }
    }

    // what is said ---------------------------------------------------------------------------------------------------

    private static BigInteger round(StakedNode node, PitheadProcess coordinator) {
        return Evm.of(coordinator.data())
                .number("ComputeNodes", "roundOf(bytes32,uint8)", node.address(), Evm.word(REJECTED));
    }

    private static int vote(Party party, StakedNode node, BigInteger round, PitheadProcess coordinator) {
        Evm evm = Evm.of(coordinator.data());
        return evm.number(
                        "Validators",
                        "voteOf(address,bytes32,uint64,address)",
                        evm.contract("ComputeNodes"),
                        node.address(),
                        Evm.word(round.longValueExact()),
                        party.address())
                .intValue();
    }

    /** Who said what of it, by validators. */
    private static Map<String, String> attested(StakedNode node, PitheadProcess coordinator) {
        var said = new HashMap<String, String>();
        for (JsonNode one : open(coordinator)
                .get("/v1/attestations?node=" + node.address())
                .expect(200)
                .body()
                .get("items")) {
            said.put(one.get("validator").asText(), one.get("verdict").asText());
        }
        return said;
    }

    private static JsonNode sanctions(StakedNode node, PitheadProcess coordinator) {
        return open(coordinator)
                .get("/v1/sanctions?node=" + node.address())
                .expect(200)
                .body()
                .get("items");
    }

    private static void approved(StakedNode node, List<Party> parties, PitheadProcess coordinator) {
        BigInteger round = round(node, coordinator);
        coordinator
                .server()
                .await(
                        "two to have approved the honest node",
                        SOON,
                        () -> node.state(coordinator) == StakedNode.VALIDATED);
        assertThat(parties.stream().map(party -> vote(party, node, round, coordinator)))
                .containsExactlyInAnyOrder(APPROVED, APPROVED, 0);
        assertThat(attested(node, coordinator).values())
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly("VALID");
    }

    /** Its key votes by its own server, after an attestation that it wrote itself and never had reason for. */
    private static void lied(Party liar, StakedNode node, Postgres postgres, PitheadProcess coordinator)
            throws Exception {
        try (Connection connection = postgres.connect(liar.name());
                PreparedStatement insert = connection.prepareStatement("insert into validator.attestation"
                        + " (challenge_id, node, validator, verdict, digest, document, made_at, published_at)"
                        + " values (gen_random_uuid(), ?, ?, 'INVALID', ?, '{}', now(), now())")) {
            insert.setString(1, node.address());
            insert.setString(2, liar.address());
            insert.setString(3, Challenges.bytes32());
            insert.executeUpdate();
        }
        BigInteger round = round(node, coordinator);
        liar.process()
                .server()
                .await("its lie on the chain", SOON, () -> vote(liar, node, round, coordinator) == REJECTED);
        assertThat(node.state(coordinator)).isEqualTo(StakedNode.VALIDATED);
        assertThat(round(node, coordinator)).as("nothing is decided").isEqualTo(round);
    }

    private static void ejected(StakedNode node, List<Party> parties, PitheadProcess coordinator) {
        BigInteger round = round(node, coordinator);
        coordinator.server().await("the cheater to be ejected", SOON, () -> {
            JsonNode sanction = sanctions(node, coordinator).path(0);
            return sanction.hasNonNull("ejected_at") && sanction.hasNonNull("held");
        });
        assertThat(parties.stream().map(party -> vote(party, node, round, coordinator)))
                .containsExactly(REJECTED, REJECTED, 0);
        assertThat(node.state(coordinator)).isEqualTo(StakedNode.EJECTED);
        assertThat(sanctions(node, coordinator).path(0).path("provider").asText())
                .isEqualTo(node.owner());
        assertThat(attested(node, coordinator))
                .containsOnlyKeys(parties.get(0).address(), parties.get(1).address())
                .containsValue("INVALID")
                .doesNotContainValue("VALID");
    }

    /** Whatever this one challenged was its own by the hash of that moment, and nobody else's. */
    private static void assertSharesWereKept(Party party, List<Party> parties, Postgres postgres) throws SQLException {
        List<String> members = parties.stream().map(Party::address).toList();
        try (Connection connection = postgres.connect(party.name());
                PreparedStatement select =
                        connection.prepareStatement("select node, planned_at from validator.challenge");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                String node = row.getString("node");
                long epoch = Shares.epoch(row.getTimestamp("planned_at").toInstant(), EPOCH);
                assertThat(members.stream().filter(member -> Shares.isMine(member, members, node, epoch)))
                        .containsExactly(party.address());
            }
        }
    }
}
