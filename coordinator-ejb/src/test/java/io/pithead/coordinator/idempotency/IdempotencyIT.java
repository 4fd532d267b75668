package io.pithead.coordinator.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IdempotencyIT {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final byte[] ONE = Digests.sha256("one".getBytes(StandardCharsets.UTF_8));
    private static final byte[] TWO = Digests.sha256("two".getBytes(StandardCharsets.UTF_8));
    private static final byte[] BODY = {1, 2, 3};

    private final Idempotency idempotency = new Idempotency(DATABASE.dataSource());
    private final UUID account = DATABASE.account();

    @Test
    void the_same_request_gets_the_stored_answer() throws SQLException {
        assertThat(idempotency.store(claim(ONE), 201, BODY)).isTrue();

        assertThat(idempotency.claim(account, "k", ONE)).isInstanceOfSatisfying(Claim.Answered.class, answered -> {
            assertThat(answered.status()).isEqualTo(201);
            assertThat(answered.body()).isEqualTo(BODY);
        });
    }

    @Test
    void another_request_is_a_mismatch_running_or_answered() throws SQLException {
        ClaimedTicket ticket = claim(ONE);
        assertThat(idempotency.claim(account, "k", TWO)).isEqualTo(new Claim.Mismatch());

        idempotency.store(ticket, 201, BODY);
        assertThat(idempotency.claim(account, "k", TWO)).isEqualTo(new Claim.Mismatch());
    }

    @Test
    void a_key_belongs_to_its_account() throws SQLException {
        claim(ONE);

        assertThat(idempotency.claim(DATABASE.account(), "k", TWO)).isInstanceOf(Claim.Claimed.class);
    }

    @Test
    void while_the_first_runs_others_are_told_so() throws SQLException {
        claim(ONE);

        assertThat(idempotency.claim(account, "k", ONE)).isEqualTo(new Claim.Running());
    }

    @Test
    void a_released_key_is_free_for_any_request() throws SQLException {
        idempotency.release(claim(ONE));

        assertThat(idempotency.claim(account, "k", TWO)).isInstanceOf(Claim.Claimed.class);
    }

    @Test
    void the_claim_of_a_crashed_holder_is_taken_over_and_the_holder_cannot_store_any_more() throws SQLException {
        ClaimedTicket crashed = claim(ONE);
        expireClaim();

        ClaimedTicket second = claim(ONE);

        assertThat(idempotency.store(crashed, 500, BODY)).isFalse();
        idempotency.release(crashed);
        assertThat(idempotency.claim(account, "k", ONE)).isEqualTo(new Claim.Running());
        assertThat(idempotency.store(second, 201, BODY)).isTrue();
    }

    @Test
    void a_crashed_claim_is_still_a_mismatch_for_another_request() throws SQLException {
        claim(ONE);
        expireClaim();

        assertThat(idempotency.claim(account, "k", TWO)).isEqualTo(new Claim.Mismatch());
    }

    @Test
    void an_answer_in_the_transaction_of_its_effect_comes_and_goes_with_it() throws SQLException {
        ClaimedTicket ticket = claim(ONE);
        assertThatThrownBy(() -> DATABASE.database().doInTransaction(connection -> {
                    ticket.store(connection, 201, BODY);
                    throw new IllegalStateException("the effect failed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(idempotency.claim(account, "k", ONE)).isEqualTo(new Claim.Running());

        DATABASE.database().doInTransaction(connection -> ticket.store(connection, 201, BODY));
        assertThat(idempotency.claim(account, "k", ONE)).isInstanceOf(Claim.Answered.class);
    }

    @Test
    void a_holder_that_was_taken_over_rolls_its_effect_back() throws SQLException {
        ClaimedTicket slow = claim(ONE);
        expireClaim();
        claim(ONE);

        assertThatThrownBy(() -> DATABASE.database().doInTransaction(connection -> {
                    connection
                            .createStatement()
                            .execute("insert into account (id, name) values ('" + new UUID(9, 9) + "', 'effect')");
                    slow.store(connection, 201, BODY);
                }))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_STATE));

        assertThat(DATABASE.number("select count(*) from account where id = ?", new UUID(9, 9)))
                .isZero();
    }

    @Test
    void of_many_at_once_one_is_first() throws Exception {
        int requests = 16;
        var together = new CountDownLatch(1);
        List<Claim> claims = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(requests)) {
            List<Future<Claim>> running = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                running.add(threads.submit(() -> {
                    together.await();
                    return idempotency.claim(account, "k", ONE);
                }));
            }
            together.countDown();
            for (Future<Claim> claim : running) {
                claims.add(claim.get());
            }
        }

        assertThat(claims).filteredOn(Claim.Claimed.class::isInstance).hasSize(1);
        assertThat(claims).filteredOn(Claim.Running.class::isInstance).hasSize(requests - 1);
    }

    @Test
    void answers_are_forgotten_after_a_day_in_bounded_batches() throws SQLException {
        for (int i = 0; i < 5; i++) {
            idempotency.store(claim("old" + i, ONE), 200, BODY);
        }
        DATABASE.update(
                "update idempotency set created_at = now() - interval '25 hours' where account_id = ?", account);
        idempotency.store(claim("new", ONE), 200, BODY);

        assertThat(idempotency.claim(account, "old0", TWO)).isInstanceOf(Claim.Claimed.class);
        assertThat(idempotency.sweep(3)).isEqualTo(3);
        assertThat(idempotency.sweep(3)).isEqualTo(1);
        assertThat(idempotency.sweep(3)).isZero();
        assertThat(idempotency.claim(account, "new", ONE)).isInstanceOf(Claim.Answered.class);
    }

    private ClaimedTicket claim(byte[] digest) throws SQLException {
        return claim("k", digest);
    }

    private ClaimedTicket claim(String key, byte[] digest) throws SQLException {
        return ((Claim.Claimed) idempotency.claim(account, key, digest)).ticket();
    }

    private void expireClaim() {
        DATABASE.update("update idempotency set locked_until = now() - interval '1 s' where account_id = ?", account);
    }
}
