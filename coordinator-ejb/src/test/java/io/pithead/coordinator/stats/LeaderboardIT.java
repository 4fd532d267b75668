package io.pithead.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.stats.core.Leaderboard.By;
import io.pithead.coordinator.stats.core.Leaderboard.Period;
import io.pithead.coordinator.stats.core.Step;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.Page;
import io.pithead.protocol.id.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who did what on which day, from the rows of a real database. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
class LeaderboardIT {
    private static final Duration ONLINE = Duration.ofMinutes(5);
    private static final String WALLET = "0x" + "0a".repeat(20);
    private static final String VALIDATOR = "0x" + "0b".repeat(20);
    private static final String OTHER = "0x" + "0c".repeat(20);

    private final TestDatabase rows = TestDatabase.create();
    /** All before it is final, and of today. */
    private final Instant now = Step.HOUR.floor(Instant.now()).plusSeconds(180);

    private final Instant done = Step.HOUR.floor(now).minusSeconds(600);
    private final UUID buyer = rows.account();
    private final UUID provider = rows.account();
    private final UUID other = rows.account();
    private final UUID node = rows.node(provider);
    private final UUID gone = rows.node(provider);
    private final StatRounds rounds = rounds();

    @BeforeEach
    void seen() {
        heard(node, now.minusSeconds(10));
        heard(gone, now.minus(Duration.ofDays(8)));
    }

    private void heard(UUID id, Instant at) {
        rows.update("insert into node_liveness (node_id, last_seen_at) values (?, ?::timestamptz)", id, at.toString());
    }

    private StatRounds rounds() {
        var made = new StatRounds();
        made.database = rows.database();
        return made;
    }

    private LeaderboardFacade facade(boolean enabled) {
        var facade = new LeaderboardFacade();
        facade.database = rows.database();
        facade.config = new LeaderboardConfig();
        facade.config.read(new ConfigReader(key -> Optional.of(Boolean.toString(enabled))));
        return facade;
    }

    private UUID job(UUID client, UUID at, String state, String kind) {
        UUID job = Ids.next(Instant.now());
        rows.update(
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts, max_runtime_s,"
                        + " submitted_at, ready_at, expires_at, started_at, finished_at, output_sha, kind, parent, lease_token,"
                        + " lease_node) values (?, ?, 1, 'w', ?, 0, 5, 3, 60, ?::timestamptz, now(), now(), ?::timestamptz,"
                        + " ?::timestamptz, repeat('0', 64), ?, case when ? <> 'BATCH' then gen_random_uuid() end, 1, ?)",
                job,
                client,
                state,
                done.minusSeconds(60).toString(),
                done.minusSeconds(30).toString(),
                done.toString(),
                kind,
                kind,
                at);
        return job;
    }

    private void accepted(UUID worker, UUID at, UUID client, String kind) {
        UUID job = job(client, at, "COMPLETED", kind);
        rows.update(
                "insert into receipt (job_id, receipt_id, provider, client, node_id, lease_token, output_sha, body, created_at)"
                        + " values (?, ?, ?, ?, ?, 1, repeat('0', 64), '{}', ?::timestamptz)",
                job,
                new UUID((done.toEpochMilli() << 16) | 0x7000L, job.getLeastSignificantBits()),
                worker,
                client,
                at,
                done.toString());
    }

    private void round() {
        rounds.round(now, ONLINE);
    }

    private List<RankedProvider> providers() {
        return facade(true).providers(Period.WEEK, By.ACCEPTED, 50, null).items();
    }

    @Test
    void what_others_paid_for_counts_once_and_what_one_does_for_oneself_not() {
        accepted(provider, node, buyer, "BATCH");
        accepted(provider, node, buyer, "REPLICA");
        accepted(provider, node, buyer, "CONTAINER");
        accepted(provider, node, provider, "BATCH");
        job(buyer, node, "FAILED", "BATCH");
        job(provider, node, "FAILED", "BATCH");
        accepted(other, rows.node(other), buyer, "BATCH");
        round();
        round();
        rounds.round(now.plusSeconds(3_600), ONLINE);

        List<RankedProvider> ranked = providers();
        assertThat(ranked).hasSize(2);
        RankedProvider first = ranked.getFirst();
        assertThat(first.accepted()).isEqualTo(2);
        assertThat(first.failed()).isEqualTo(1);
        assertThat(first.success()).isEqualTo(0.6667);
        assertThat(ranked.getLast().accepted()).isEqualTo(1);
        assertThat(ranked.getLast().uptime()).isNull();
    }

    @Test
    void instances_that_go_round_at_once_count_once() throws Exception {
        for (int i = 0; i < 40; i++) {
            accepted(provider, node, buyer, "BATCH");
        }
        var barrier = new CyclicBarrier(4);
        Callable<Boolean> turn = () -> {
            StatRounds instance = rounds();
            barrier.await();
            instance.round(now, ONLINE);
            return true;
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> over : threads.invokeAll(List.of(turn, turn, turn, turn))) {
                assertThat(over.get()).isTrue();
            }
        }
        round();

        assertThat(providers().getFirst().accepted()).isEqualTo(40);
        assertThat(rows.number("select looks from provider_day")).isEqualTo(1);
    }

    @Test
    void nodes_are_looked_at_once_an_hour_and_those_that_are_gone_not_at_all() {
        accepted(provider, node, buyer, "BATCH");
        rows.update("update reputation set speed = 1.5, compared = 3 where node_id = ?", node);
        round();
        round();
        rounds.round(now.plusSeconds(3_600), ONLINE);

        RankedProvider first = providers().getFirst();
        assertThat(first.uptime()).isEqualTo(0.5);
        assertThat(first.speed()).isEqualTo(1.5);
        assertThat(rows.number("select sum(looks) from provider_day")).isEqualTo(2);
    }

    @Test
    void a_provider_is_named_by_what_is_public_of_it() {
        accepted(provider, node, buyer, "BATCH");
        round();
        RankedProvider hidden = providers().getFirst();
        assertThat(hidden.toString())
                .contains("provider-")
                .doesNotContain(provider.toString().substring(0, 8), "tenant", node.toString());
        assertThat(hidden.name()).isEqualTo(LeaderboardFacade.name(provider));

        rows.update(
                "update node set capabilities = json_build_object('node_address', ?::text) where id = ?",
                VALIDATOR,
                node);
        UUID run = UUID.randomUUID();
        rows.update(
                "insert into run (id, account_id, name, chain_id, number, owner, manager, requirements, discovery_uri, max_nodes,"
                        + " max_units, ends_at, state) values (?, ?, 'r', 9, 1, ?, ?, '', 'urn:x', 1, 1, now(), 'OPEN')",
                run,
                buyer,
                WALLET,
                WALLET);
        // of an address that it only says it has, nothing is shown
        rows.update(
                "insert into run_node (run_id, address, provider, state, reason, node_id) values (?, ?, ?, 'DISCOVERED', 'NEW', ?)",
                run,
                OTHER,
                WALLET,
                node);
        assertThat(providers().getFirst().name()).isEqualTo(hidden.name());
        rows.update("update run_node set address = ? where run_id = ?", VALIDATOR, run);
        assertThat(providers().getFirst().name()).isEqualTo(WALLET);
    }

    @Test
    void a_list_is_paged_by_rank() {
        for (int i = 0; i < 5; i++) {
            UUID worker = rows.account();
            accepted(worker, rows.node(worker), buyer, "BATCH");
        }
        round();
        LeaderboardFacade facade = facade(true);
        Page<RankedProvider> first = facade.providers(Period.WEEK, By.ACCEPTED, 2, null);
        Page<RankedProvider> last = facade.providers(Period.WEEK, By.ACCEPTED, 3, 2L);

        assertThat(first.items()).extracting(RankedProvider::rank).containsExactly(1, 2);
        assertThat(first.nextCursor()).isEqualTo("2");
        assertThat(last.items()).extracting(RankedProvider::rank).containsExactly(3, 4, 5);
        assertThat(last.nextCursor()).isNull();
        assertThat(facade.providers(Period.WEEK, By.ACCEPTED, 2, 1_000_000_000_000L)
                        .items())
                .isEmpty();
    }

    @Test
    void validators_are_listed_by_how_often_they_agreed_with_the_decision() {
        UUID job = UUID.randomUUID();
        rows.update(
                "insert into verification (job_id, account_id, mode, replicas, quorum, max_replicas, held)"
                        + " values (?, ?, 'REEXECUTE', 2, 2, 3, 2)",
                job,
                buyer);
        rows.update(
                "insert into referee_case (job_id, workload, request, wanted, opened_at, until, decided_at)"
                        + " values (?, 'w', '{}', 2, ?::timestamptz, ?::timestamptz, ?::timestamptz)",
                job,
                done.minusSeconds(60).toString(),
                done.plusSeconds(60).toString(),
                done.toString());
        finding(job, VALIDATOR, "1");
        finding(job, WALLET, "1");
        finding(job, OTHER, "2");
        accepted(provider, node, buyer, "BATCH");
        round();
        round();

        List<RankedValidator> ranked =
                facade(true).validators(Period.MONTH, 50, null).items();
        assertThat(ranked)
                .containsExactly(
                        new RankedValidator(1, WALLET, 1, 1, 0),
                        new RankedValidator(2, VALIDATOR, 1, 1, 0),
                        new RankedValidator(3, OTHER, 1, 0, 0));
    }

    private void finding(UUID job, String validator, String digit) {
        rows.update(
                "insert into finding (job_id, account_id, validator, output_sha, document) values (?, ?, ?, repeat(?, 64), '{}')",
                job,
                rows.account(),
                validator,
                digit);
    }

    @Test
    void it_can_be_switched_off() {
        LeaderboardFacade off = facade(false);

        assertThatThrownBy(() -> off.providers(Period.DAY, By.UPTIME, 1, null))
                .isInstanceOf(CoordinatorException.class);
        assertThatThrownBy(() -> off.validators(Period.DAY, 1, null)).isInstanceOf(CoordinatorException.class);
    }

    @Test
    void days_go_after_a_year() {
        rows.update(
                "insert into provider_day (day, account_id) values (current_date - 400, ?), (current_date - 300, ?)",
                provider,
                provider);
        rows.update("insert into validator_day (day, validator) values (current_date - 400, ?)", WALLET);
        accepted(provider, node, buyer, "BATCH");
        round();

        assertThat(rows.number("select count(*) from provider_day where day < current_date - 10"))
                .isEqualTo(1);
        assertThat(rows.number("select count(*) from validator_day")).isZero();
    }
}
