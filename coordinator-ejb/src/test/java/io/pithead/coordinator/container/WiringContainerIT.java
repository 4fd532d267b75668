package io.pithead.coordinator.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.AccountFacade;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.dispatch.DispatchFacade;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.lease.LeaseFacade;
import io.pithead.coordinator.ledger.DepositFacade;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.outbox.Broker;
import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Message;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Platform;
import io.pithead.coordinator.platform.Work;
import io.pithead.protocol.admin.Account;
import io.pithead.protocol.admin.AccountRequest;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.wallet.DepositRequest;
import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.inject.Inject;
import jakarta.jms.TextMessage;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs inside Payara Micro: the container has made and wired everything that is called here. */
@ExtendWith({ContainerParts.class, ArquillianExtension.class})
class WiringContainerIT {
    private static final long LIMIT_S = 60;
    private static final Duration PARKED = Duration.ofSeconds(30);
    private static final Caller OPERATOR = new Caller(new UUID(0, 1), new UUID(0, 2), Scope.ADMIN, "ph_admin_test");

    @Inject
    AccountFacade accounts;

    @Inject
    Audit audit;

    @Inject
    DepositFacade deposits;

    @Inject
    JobFacade jobs;

    @Inject
    NodeFacade nodes;

    @Inject
    DispatchFacade dispatch;

    @Inject
    LeaseFacade leases;

    @Inject
    Broker broker;

    @Inject
    Database database;

    @Inject
    Loops loops;

    @Inject
    Work work;

    @Resource
    UserTransaction transaction;

    @Deployment
    static WebArchive application() {
        return ContainerParts.application(WiringContainerIT.class);
    }

    @Test
    void a_job_goes_from_its_buyer_to_a_miner_and_is_paid() throws Exception {
        UUID account = account("whole");
        UUID job = submit(account, "whole", "");
        register(account, "whole");

        JobOffer offer = answer(poll(account, "whole", PARKED)).getFirst();
        assertThat(offer.id()).isEqualTo(job);
        Proof proof = Json.own(
                "{\"id\":\"" + job + "\",\"lease\":" + offer.lease() + ",\"output_sha\":\"" + "0".repeat(64)
                        + "\",\"metrics\":{},\"artifacts\":[]}",
                Proof.class);
        var accepted = answer(leases.prove(account, proof));

        assertThat(Objects.requireNonNull(accepted.receipt()).jobId()).isEqualTo(job);
        assertThat(Objects.requireNonNull(accepted.receipt()).signature()).isNotNull();
        assertThat(jobs.get(account, job).state()).isEqualTo(JobState.COMPLETED);
        assertThat(number("select sum(balance) from ledger_account")).isZero();
    }

    @Test
    void a_hint_from_another_instance_wakes_the_miner_that_is_parked_here() throws Exception {
        UUID account = account("hinted");
        UUID job = submit(account, "hinted", "");
        change("update job set waiting = true, ready_at = now() + interval '1 hour' where id = '" + job + "'");
        register(account, "hinted");
        // finds nothing, after which this instance believes that there is nothing
        assertThat(answer(poll(account, "hinted", Duration.ofSeconds(1)))).isEmpty();
        CompletableFuture<List<JobOffer>> parked = poll(account, "hinted", PARKED);

        change("update job set waiting = false, ready_at = now() where id = '" + job + "'");
        hint(number("select class_id from job where id = '" + job + "'"));

        assertThat(answer(parked)).extracting(JobOffer::id).containsExactly(job);
    }

    /** As another instance sends it: on a thread that belongs to no request. */
    private void hint(long classId) {
        answer(CompletableFuture.supplyAsync(() -> send(classId), work.answers()));
    }

    private boolean send(long classId) {
        return broker.call(Broker.Mode.EACH, session -> {
            TextMessage message =
                    session.createTextMessage(Message.of("dispatch.ready", List.of(Long.toString(classId)))
                            .text());
            message.setStringProperty("instance", "another");
            session.createProducer(session.createTopic(Destinations.DISPATCH)).send(message);
            return true;
        });
    }

    @Test
    void a_rollback_takes_the_job_and_its_message_back_together() throws Exception {
        UUID account = account("callback");
        var seen = new ArrayList<String>();
        CompletableFuture<?> refused = jobs.submit(
                account,
                "buyer",
                List.of(request("callback", ",\"callback_url\":\"http://127.0.0.1:9/\"")),
                (connection, views) -> {
                    String mine = " where xmin = pg_current_xact_id()::xid";
                    seen.add(text(connection, "select count(*) from job" + mine));
                    seen.add(text(connection, "select count(*) from outbox" + mine));
                    seen.add(text(connection, "select pg_current_xact_id()"));
                    throw new IllegalStateException("the answer cannot be stored");
                });

        assertThatThrownBy(() -> answer(refused))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the answer cannot be stored");
        assertThat(seen).hasSize(3).startsWith("1", "1");
        assertThat(text("select pg_xact_status('" + seen.get(2) + "'::xid8)")).isEqualTo("aborted");
        assertThat(number("select count(*) from job where account_id = '" + account + "'"))
                .isZero();
        assertThat(number("select count(*) from webhook_delivery where account_id = '" + account + "'"))
                .isZero();
    }

    @Test
    void a_rollback_of_the_container_takes_back_the_entity_and_its_audit() throws Exception {
        transaction.begin();
        Account account = accounts.create(OPERATOR, new AccountRequest("rolled back", null));
        // the query makes Hibernate write what it has
        assertThat(accounts.list(null, 100).items()).contains(account);
        assertThat(audit.list(null, 100).items())
                .anyMatch(entry -> entry.target().equals(account.id().toString()));
        transaction.rollback();

        assertThat(accounts.list(null, 100).items()).doesNotContain(account);
        assertThat(audit.list(null, 100).items())
                .noneMatch(entry -> entry.target().equals(account.id().toString()));
    }

    @Test
    void a_system_exception_destroys_no_singleton_and_a_refusal_stays_what_it_is() throws Exception {
        UUID account = account("sturdy");
        List<Thread> lane = ContainerParts.threads("pithead-submit");

        assertThatThrownBy(() -> jobs.list(account, null, null, -1, null)).isInstanceOf(EJBException.class);
        assertThatThrownBy(() -> jobs.get(account, UUID.randomUUID())).isInstanceOf(CoordinatorException.class);

        assertThat(lane).hasSize(1);
        assertThat(ContainerParts.threads("pithead-submit")).isEqualTo(lane);
        UUID job = submit(account, "sturdy", "");
        assertThat(jobs.get(account, job).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void loops_go_round_and_threads_are_the_containers() throws Exception {
        assertThat(loops.ages())
                .containsKeys("claimer", "outbox-relay", "retention", "node-refresh")
                .allSatisfy((name, age) -> {
                    assertThat(age.failing()).as(name).isFalse();
                    assertThat(age.isOverdue()).as(name).isFalse();
                });
        // names are those of the application, which a thread of one's own does not know
        var found = new CompletableFuture<Object>();
        work.threads().newThread(() -> lookUp(found)).start();
        assertThat(answer(found)).isNotNull();
        var answered = new CompletableFuture<String>();
        work.answers().execute(() -> answered.complete(Thread.currentThread().getName()));
        assertThat(answer(answered)).startsWith("pithead-answers-");
    }

    /** The name is one of our own. */
    @SuppressWarnings("BanJNDI")
    private static void lookUp(CompletableFuture<Object> found) {
        try {
            found.complete(InitialContext.doLookup(Platform.DATA_SOURCE));
        } catch (Exception e) {
            found.completeExceptionally(e);
        }
    }

    // What the tests have in common

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(LIMIT_S, TimeUnit.SECONDS).join();
    }

    private UUID account(String name) {
        UUID account = accounts.create(OPERATOR, new AccountRequest(name, null)).id();
        UUID deposit = deposits.request(account, new DepositRequest("100", null), (connection, made) -> {})
                .id();
        deposits.decide(deposit, true, OPERATOR);
        return account;
    }

    private UUID submit(UUID account, String workload, String more) throws Exception {
        return answer(jobs.submit(account, "buyer", List.of(request(workload, more)), null))
                .getFirst()
                .id();
    }

    private static JobRequest request(String workload, String more) {
        return Json.own("{\"workload\":\"" + workload + "\",\"price\":\"1\"" + more + "}", JobRequest.class);
    }

    private void register(UUID account, String workload) {
        nodes.register(
                account,
                Json.own(
                        "{\"miner_id\":\"" + workload
                                + "\",\"mode\":\"cpu\",\"gpu\":false,\"concurrency\":2,\"renews\":true,"
                                + "\"workloads\":[\"" + workload + "\"],\"limits\":{\"ram_mb\":1024}}",
                        MinerCapabilities.class),
                null);
    }

    private CompletableFuture<List<JobOffer>> poll(UUID account, String minerId, Duration wait) {
        return dispatch.next(account, OPERATOR.keyId(), minerId, 1, wait);
    }

    private void change(String sql) {
        database.doInTransaction(connection -> {
            try (var update = connection.prepareStatement(sql)) {
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
        });
    }

    private long number(String sql) {
        return Long.parseLong(text(sql));
    }

    private String text(String sql) {
        return database.withConnection(connection -> text(connection, sql));
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var select = connection.createStatement();
                var row = select.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
