package io.pithead.coordinator.reputation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.node.NodeReputation;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes have shown, in a real database. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
class ReputationIT {
    private static final Scene SCENE = new Scene();
    private static final Duration ONLINE = Duration.ofMinutes(5);

    private final Machine machine = SCENE.machine();

    @BeforeEach
    void nothing_else_is_due() {
        SCENE.rows.update("update reputation set due_at = 'infinity' where node_id <> ?", machine.node());
    }

    private static ReputationRounds rounds() {
        var rounds = new ReputationRounds();
        rounds.database = SCENE.database;
        rounds.stakes = new Stakes() {
            @Override
            Map<String, Double> of(Connection connection, Collection<String> addresses) {
                return addresses.stream().collect(Collectors.toMap(address -> address, address -> 1.0));
            }
        };
        return rounds;
    }

    private static Reputes reputes() {
        var reputes = new Reputes();
        reputes.database = SCENE.database;
        reputes.refresh();
        return reputes;
    }

    private void right(int times, double faster) {
        for (int i = 0; i < times; i++) {
            SCENE.database.doInTransaction(
                    connection -> Records.judged(connection, Map.of(machine.node(), faster), Set.of()));
        }
    }

    private void wrong() {
        SCENE.database.doInTransaction(connection -> Records.judged(connection, Map.of(), Set.of(machine.node())));
    }

    private double score() {
        return Double.parseDouble(SCENE.text("select score from reputation where node_id = ?", machine.node()));
    }

    private void passed(Duration time) {
        SCENE.rows.update(
                "update reputation set looked_at = looked_at - make_interval(secs => ?), due_at = now() where node_id = ?",
                (double) time.toSeconds(),
                machine.node());
    }

    @Test
    void a_node_begins_with_nothing_but_a_newcomers_score() {
        rounds().round(ONLINE);

        assertThat(score()).isCloseTo(0.1 * 0.6, within(0.001));
        assertThat(reputes().of(machine.node()).newcomer()).isTrue();
        assertThat(reputes().of(UUID.randomUUID())).isEqualTo(Repute.UNKNOWN);
    }

    @Test
    void right_answers_raise_it_and_a_wrong_one_takes_half() {
        rounds().round(ONLINE);
        double newcomer = score();
        right(50, 1);
        rounds().round(ONLINE);
        double known = score();
        wrong();
        rounds().round(ONLINE);

        assertThat(known).isGreaterThan(5 * newcomer);
        assertThat(score()).isCloseTo(known / 2, within(0.001));
        Repute repute = reputes().of(machine.node());
        assertThat(repute.newcomer()).isFalse();
        assertThat(repute.score()).isCloseTo(known / 2, within(0.006));
    }

    @Test
    void who_is_known_is_known_before_its_next_look() {
        SCENE.rows.update(
                "update reputation set changed_at = now() - interval '1 hour' where node_id = ?", machine.node());
        Reputes reputes = reputes();
        right(10, Double.NaN);
        reputes.refresh();

        assertThat(reputes.of(machine.node()).newcomer()).isFalse();
    }

    private void wrong(int times) {
        for (int i = 0; i < times; i++) {
            wrong();
        }
    }

    private String ban() {
        return SCENE.text("select ban from node where id = ?", machine.node());
    }

    private NodeReputation.Suspicion suspicion() {
        var facade = new ReputationFacade();
        facade.database = SCENE.database;
        return facade.get(machine.node()).suspicion();
    }

    @Test
    void three_wrong_answers_make_a_suspect_and_it_has_a_newcomers_turns() {
        right(20, 1);
        Reputes reputes = reputes();
        assertThat(reputes.of(machine.node()).newcomer()).isFalse();
        wrong(3);
        reputes.refresh();
        assertThat(suspicion()).isEqualTo(new NodeReputation.Suspicion(150, true, null));
        assertThat(reputes.of(machine.node()).newcomer()).isTrue();
        assertThat(ban()).isEqualTo("null");

        right(1, 1);
        reputes.refresh();
        assertThat(suspicion().suspect()).isFalse();
        assertThat(reputes.of(machine.node()).newcomer()).isFalse();
    }

    @Test
    void ten_wrong_answers_keep_it_from_work_for_a_week() {
        wrong(9);
        assertThat(ban()).isEqualTo("null");
        wrong();
        Instant until = Objects.requireNonNull(suspicion().suspendedUntil());
        assertThat(until)
                .isBetween(Instant.now().plus(Duration.ofDays(6)), Instant.now().plus(Duration.ofDays(8)));
        assertThat(ban()).startsWith("suspended until " + until);
        assertThat(suspicion().points()).isEqualTo(150);
        rounds().round(ONLINE);
        assertThat(ban()).as("not over yet").startsWith("suspended until ");

        SCENE.rows.update("update reputation set suspended_until = now() where node_id = ?", machine.node());
        rounds().round(ONLINE);
        assertThat(ban()).isEqualTo("null");
        assertThat(suspicion()).isEqualTo(new NodeReputation.Suspicion(150, true, null));
        wrong(7);
        assertThat(ban()).startsWith("suspended until ");
    }

    @Test
    void an_operators_ban_stays_and_what_an_operator_lifts_is_lifted() {
        SCENE.rows.update("update node set ban = 'noise' where id = ?", machine.node());
        wrong(10);
        assertThat(ban()).isEqualTo("noise");
        SCENE.rows.update("update reputation set suspended_until = now() where node_id = ?", machine.node());
        rounds().round(ONLINE);
        assertThat(ban()).isEqualTo("noise");

        SCENE.rows.update("update node set ban = null where id = ?", machine.node());
        wrong(7);
        assertThat(suspicion().suspendedUntil()).isNotNull();
        SCENE.rows.update("update node set ban = null where id = ?", machine.node());
        assertThat(suspicion().suspendedUntil()).as("it was lifted").isNull();
        SCENE.rows.update("update node set ban = 'noise' where id = ?", machine.node());
        assertThat(suspicion().suspendedUntil())
                .as("it is kept out for something else")
                .isNull();
        SCENE.rows.update("update node set ban = null where id = ?", machine.node());
        rounds().round(ONLINE);
        assertThat(ban()).isEqualTo("null");
    }

    @Test
    void uptime_counts_the_looks_at_which_it_was_heard() {
        SCENE.rows.update("insert into node_liveness (node_id, last_seen_at) values (?, now())", machine.node());
        passed(Duration.ofMinutes(10));
        rounds().round(ONLINE);
        SCENE.rows.update(
                "update node_liveness set last_seen_at = now() - interval '1 hour' where node_id = ?", machine.node());
        passed(Duration.ofMinutes(10));
        rounds().round(ONLINE);

        assertThat(Double.parseDouble(
                        SCENE.text("select heard_s / watched_s from reputation where node_id = ?", machine.node())))
                .isBetween(0.2, 0.8);
    }

    @Test
    void a_stake_counts_for_who_has_shown_the_key_that_it_is_behind() {
        String address = "0x" + "0".repeat(8) + machine.node().toString().replace("-", "");
        SCENE.rows.update(
                "update node set capabilities = jsonb_set(capabilities::jsonb, '{node_address}', to_jsonb(?::text))::json"
                        + " where id = ?",
                address,
                machine.node());
        passed(Duration.ofMinutes(10));
        rounds().round(ONLINE);
        assertThat(SCENE.text("select stake from reputation where node_id = ?", machine.node()))
                .as("said, not shown")
                .isEqualTo("0");

        SCENE.member(SCENE.run(SCENE.buyer("1"), "OPEN"), machine, "HEALTHY");
        passed(Duration.ofMinutes(10));
        rounds().round(ONLINE);

        assertThat(SCENE.text("select stake from reputation where node_id = ?", machine.node()))
                .isEqualTo("1");
    }

    @Test
    void a_look_is_made_once_by_two_instances() throws Exception {
        passed(Duration.ofMinutes(10));
        var start = new CyclicBarrier(2);
        Callable<Void> instance = () -> {
            start.await();
            rounds().round(ONLINE);
            return null;
        };
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (Future<Void> each : threads.invokeAll(List.of(instance, instance))) {
                each.get();
            }
        }

        assertThat(Double.parseDouble(SCENE.text("select watched_s from reputation where node_id = ?", machine.node())))
                .isBetween(600.0, 1_100.0);
        rounds().round(ONLINE);
        assertThat(SCENE.text(
                        "select due_at > now() + interval '1 minute' from reputation where node_id = ?",
                        machine.node()))
                .isEqualTo("t");
    }

    @Test
    void what_another_instance_has_is_left_to_it() {
        passed(Duration.ofMinutes(10));
        try (var threads = Executors.newSingleThreadExecutor()) {
            SCENE.database.doInTransaction(connection -> {
                ReputationStore.lock(connection, List.of(machine.node()));
                assertThat(threads.submit(() -> rounds().round(ONLINE))).succeedsWithin(Duration.ofSeconds(20));
            });
        }

        assertThat(SCENE.text("select watched_s from reputation where node_id = ?", machine.node()))
                .isEqualTo("0");
    }

    @Test
    void judges_at_the_same_moment_lose_nothing() throws Exception {
        Machine other = SCENE.machine();
        Callable<Void> judge = () -> {
            for (int i = 0; i < 50; i++) {
                SCENE.database.doInTransaction(connection ->
                        Records.judged(connection, Map.of(machine.node(), 1.0, other.node(), 1.0), Set.of()));
            }
            return null;
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<Void> each : threads.invokeAll(List.of(judge, judge, judge, judge))) {
                each.get();
            }
        }

        assertThat(SCENE.column(
                        "select \"right\" from reputation where node_id in (?, ?)", machine.node(), other.node()))
                .containsExactly("200", "200");
    }

    private static void onChain(long chain, String kind, String key, String body) {
        SCENE.rows.update(
                "insert into chain_state (chain_id, kind, key, block, log_index, body) values (?, ?, ?, 1, 0, ?)",
                chain,
                kind,
                key,
                body.replace('\'', '"'));
    }

    @Test
    void what_is_staked_counts_against_what_must_be() {
        onChain(77, "provider_parameters", "", "{'minimum_stake':'100','stake_per_node':'50'}");
        onChain(77, "provider", "0xp", "{'registered':'true','stake':'150','nodes':'4'}");
        onChain(77, "provider", "0xq", "{'registered':'true','stake':'1000','nodes':'1'}");
        onChain(77, "provider", "0xr", "{'registered':'true','blacklisted':'true','stake':'1000','nodes':'1'}");
        onChain(77, "node", "0xa", "{'registered':'true','provider':'0xp'}");
        onChain(77, "node", "0xb", "{'registered':'true','provider':'0xq'}");
        onChain(77, "node", "0xc", "{'registered':'true','provider':'0xr'}");
        onChain(77, "node", "0xd", "{'registered':'true','provider':'0xq','ejected':'true'}");
        onChain(77, "node", "0xe", "{'registered':'false','provider':'0xq'}");

        Map<String, Double> shares = SCENE.database.withConnection(
                connection -> Stakes.of(connection, 77, List.of("0xa", "0xb", "0xc", "0xd", "0xe", "0xf")));

        assertThat(shares).containsExactlyInAnyOrderEntriesOf(Map.of("0xa", 0.5, "0xb", 1.0, "0xc", 0.0));
        Map<String, Double> without =
                SCENE.database.withConnection(connection -> Stakes.of(connection, 78, List.of("0xa")));
        assertThat(without).as("of a chain that says no terms").isEmpty();
    }

    @Test
    void nobody_has_a_reputation_of_a_node_that_is_not_there() {
        var facade = new ReputationFacade();
        facade.database = SCENE.database;

        assertThatThrownBy(() -> facade.get(UUID.randomUUID()))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_NOT_FOUND));
        right(3, 2);
        assertThat(facade.get(machine.node()).inputs().right()).isEqualTo(3);
        assertThat(facade.get(machine.node()).inputs().speed()).isGreaterThan(1.9);
    }
}
