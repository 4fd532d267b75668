package io.pithead.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two rings on one database are two instances. */
class KeyRingIT {
    private static final TestDatabase DATABASE = TestDatabase.create();

    private final KeyRing ring = new KeyRing(DATABASE.dataSource(), new AccountConfig());
    private final KeyRing other = new KeyRing(DATABASE.dataSource(), new AccountConfig());
    private final Set<UUID> announced = new HashSet<>();
    private final UUID account = DATABASE.account();

    @BeforeEach
    void read() throws SQLException {
        ring.onRevoked(announced::addAll);
        ring.refresh();
        other.refresh();
    }

    @Test
    void a_key_tells_its_account_scope_and_limit() {
        ApiKey key = issue(Scope.BUYER, "requests_per_minute = 7");

        Authenticated known = ring.authenticate(key).orElseThrow();

        assertThat(known.caller()).isEqualTo(new Caller(account, known.caller().keyId(), Scope.BUYER, key.hint()));
        assertThat(known.requestsPerMinute()).isEqualTo(7);
    }

    @Test
    void a_key_without_a_limit_has_the_configured_one() {
        assertThat(ring.authenticate(issue(Scope.MINER, "label = 'x'"))
                        .orElseThrow()
                        .requestsPerMinute())
                .isEqualTo(new AccountConfig().requestsPerMinute());
    }

    @Test
    void a_key_that_nobody_has_is_refused_and_accepted_once_it_is_issued() throws SQLException {
        ApiKey key = ApiKey.generate(Scope.MINER, new SecureRandom());
        assertThat(ring.authenticate(key)).isEmpty();

        insert(key, "label = 'later'");
        ring.refresh();

        assertThat(ring.authenticate(key)).isPresent();
    }

    @Test
    void a_revocation_reaches_every_instance_with_its_next_look_and_is_announced() throws SQLException {
        ApiKey key = issue(Scope.MINER, "label = 'x'");
        Caller caller = ring.authenticate(key).orElseThrow().caller();
        assertThat(other.authenticate(key)).isPresent();

        DATABASE.update("update api_key set revoked_at = now() where id = ?", caller.keyId());
        ring.refresh();
        other.refresh();

        assertThat(ring.authenticate(key)).isEmpty();
        assertThat(ring.isStillValid(caller)).isFalse();
        assertThat(other.authenticate(key)).isEmpty();
        assertThat(announced).containsExactly(caller.keyId());
    }

    @Test
    void of_a_persons_session_those_are_asked_who_know_it() {
        UUID session = UUID.randomUUID();
        UUID user = UUID.randomUUID();
        Caller person = new Caller(account, session, Scope.BUYER, "user:ada", user, "192.0.2.1");
        assertThat(ring.isStillValid(person)).isFalse();

        ring.sessionsAreKnownTo(session::equals);

        assertThat(ring.isStillValid(person)).isTrue();
        assertThat(ring.isStillValid(new Caller(account, UUID.randomUUID(), Scope.BUYER, "user:ada", user, null)))
                .isFalse();
    }

    @Test
    void a_disabled_account_takes_its_keys_along() throws SQLException {
        ApiKey key = issue(Scope.MINER, "label = 'x'");
        Caller caller = ring.authenticate(key).orElseThrow().caller();
        assertThat(ring.isStillValid(caller)).isTrue();

        DATABASE.update("update account set disabled_at = now() where id = ?", account);
        ring.refresh();

        assertThat(ring.authenticate(key)).isEmpty();
        assertThat(announced).containsExactly(caller.keyId());
    }

    @Test
    void an_expired_key_is_refused_though_it_is_remembered() {
        ApiKey expired = issue(Scope.MINER, "expires_at = now() - interval '1 s'");

        assertThat(ring.authenticate(expired)).isEmpty();
        assertThat(ring.authenticate(expired)).isEmpty();
    }

    @Test
    void a_changed_limit_holds_after_the_next_look() throws SQLException {
        ApiKey key = issue(Scope.MINER, "requests_per_minute = 5");
        UUID id = ring.authenticate(key).orElseThrow().caller().keyId();

        DATABASE.update("update api_key set requests_per_minute = 9 where id = ?", id);
        ring.refresh();

        assertThat(ring.authenticate(key).orElseThrow().requestsPerMinute()).isEqualTo(9);
        assertThat(announced).isEmpty();
    }

    @Test
    void an_instance_that_never_read_the_revision_accepts_nobody() {
        ApiKey key = issue(Scope.MINER, "label = 'x'");
        KeyRing blind = new KeyRing(DATABASE.dataSource(), new AccountConfig());

        assertThatThrownBy(() -> blind.authenticate(key))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    @Test
    void last_used_times_arrive_in_one_statement_and_wake_nobody() throws SQLException {
        ApiKey used = issue(Scope.MINER, "label = 'x'");
        ApiKey idle = issue(Scope.MINER, "label = 'x'");
        ring.authenticate(used);
        long revision = DATABASE.number("select revision from auth_revision");

        ring.flushLastUsed();

        assertThat(DATABASE.number(
                        "select count(*) from api_key where hint = ? and last_used_at is not null", used.hint()))
                .isEqualTo(1);
        assertThat(DATABASE.number("select count(*) from api_key where hint = ? and last_used_at is null", idle.hint()))
                .isEqualTo(1);
        assertThat(DATABASE.number("select revision from auth_revision")).isEqualTo(revision);
    }

    private ApiKey issue(Scope scope, String assignment) {
        ApiKey key = ApiKey.generate(scope, new SecureRandom());
        insert(key, assignment);
        return key;
    }

    private void insert(ApiKey key, String assignment) {
        UUID id = UUID.randomUUID();
        DATABASE.update(
                "insert into api_key (id, account_id, scope, sha256, hint) values (?, ?, ?, ?, ?)",
                id,
                account,
                key.scope().name(),
                key.sha256(),
                key.hint());
        DATABASE.update("update api_key set " + assignment + " where id = ?", id);
    }
}
