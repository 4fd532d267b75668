package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.signing.Digests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes and what stays, wherever the bytes lie. */
abstract class SweeperContract {
    static final ArtifactLimits LIMITS =
            new ArtifactLimits(1 << 20, 1 << 24, 0, Duration.ofDays(30), Duration.ofHours(24), 64, 64);

    static TestDatabase db;

    VaultRig rig;
    Vault vault;
    ArtifactShelf shelf;
    ArtifactSweeper sweeper;
    UUID account;

    abstract VaultRig rig(Path folder) throws IOException;

    @BeforeAll
    static void migrate() {
        db = TestDatabase.create();
    }

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        rig = rig(folder);
        vault = rig.open();
        shelf = new ArtifactShelf(db.database(), vault, LIMITS, new Pace(Duration.ofSeconds(30), 1));
        sweeper = new ArtifactSweeper(db.database(), vault, LIMITS);
        account = db.account();
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    @Test
    void an_artifact_goes_when_its_time_is_over_and_not_before() throws IOException {
        byte[] bytes = bytes();
        put(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isTrue();
        pastItsTime(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isFalse();
        assertThat(vault.find(sha(bytes))).isEmpty();
        assertThat(db.number("select bytes from artifact_usage where account_id = ?", account))
                .isZero();
    }

    @Test
    void uploading_again_keeps_it_longer() throws IOException {
        byte[] bytes = bytes();
        put(account, bytes);
        pastItsTime(account, bytes);
        put(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isTrue();
    }

    @Test
    void the_bytes_stay_while_another_account_has_them() throws IOException {
        byte[] bytes = bytes();
        UUID other = db.account();
        put(account, bytes);
        put(other, bytes);
        pastItsTime(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isFalse();
        assertThat(isReadable(other, bytes)).isTrue();
    }

    @Test
    void a_job_that_waits_or_runs_keeps_its_inputs() throws IOException {
        byte[] bytes = bytes();
        put(account, bytes);
        UUID job = db.job(account, inputs(bytes));
        pastItsTime(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isTrue();
        db.end(job, "CANCELED", 0);
        pastItsTime(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isFalse();
    }

    @Test
    void what_a_proof_named_stays_readable_to_the_buyer_after_the_miner_s_time() throws IOException {
        byte[] bytes = bytes();
        UUID buyer = db.account();
        UUID stranger = db.account();
        put(account, bytes);
        UUID job = db.job(buyer, "{}");
        var facade = new ArtifactFacade();
        assertThat(db.database().<java.util.Set<String>>inTransaction(connection -> {
                    var missing = facade.missing(connection, account, List.of(sha(bytes), "c".repeat(64)));
                    facade.grant(connection, job, buyer, List.of(sha(bytes), sha(bytes)));
                    facade.grant(connection, job, buyer, List.of(sha(bytes)));
                    return missing;
                }))
                .containsExactly("c".repeat(64));
        pastItsTime(account, bytes);
        sweepAll();
        assertThat(isReadable(account, bytes)).isFalse();
        assertThat(isReadable(stranger, bytes)).isFalse();
        assertThat(isReadable(buyer, bytes)).isTrue();
    }

    @Test
    void the_holder_of_a_job_reads_its_inputs_and_only_while_it_holds_it() throws IOException {
        byte[] bytes = bytes();
        byte[] others = bytes();
        UUID provider = db.account();
        UUID stranger = db.account();
        put(account, bytes);
        put(stranger, others);
        UUID job = db.job(
                account,
                "{\"inputs\":[{\"sha256\":\"" + sha(others) + "\",\"name\":\"a\"},{\"sha256\":\"" + sha(bytes)
                        + "\",\"name\":\"b\"}]}");
        assertThat(isReadable(provider, bytes)).isFalse();
        db.lease(job, db.node(provider));
        assertThat(isReadable(provider, bytes)).isTrue();
        assertThat(isReadable(provider, others))
                .as("a buyer may not lend what it does not have")
                .isFalse();
        assertThat(isReadable(stranger, bytes)).isFalse();
        db.end(job, "COMPLETED", 0);
        assertThat(isReadable(provider, bytes)).isFalse();
    }

    @Test
    @SuppressWarnings("try") // held, not used
    void an_unfinished_upload_goes_after_a_day_without_a_byte() throws IOException {
        byte[] bytes = bytes();
        var name = new ArtifactName(account, sha(bytes));
        begin(account, bytes);
        db.update("update artifact_upload set touched_at = now() - interval '2 days' where account_id = ?", account);
        sweepAll();
        assertThat(vault.begun(name)).as("its bytes are new").isEqualTo(10);

        rig.age(rig.begunFiles(name));
        db.update("update artifact_upload set touched_at = now() - interval '2 days' where account_id = ?", account);
        try (Vault.Hold held = vault.tryHold(name).orElseThrow()) {
            sweepAll();
            assertThat(vault.begun(name)).as("it is being written").isEqualTo(10);
        }
        sweepAll();
        assertThat(rig.kept()).isEmpty();
        assertThat(db.number("select bytes from artifact_usage where account_id = ?", account))
                .isZero();
    }

    @Test
    void bytes_that_no_row_knows_are_found_and_removed() throws IOException {
        byte[] bytes = bytes();
        byte[] other = bytes();
        put(account, bytes);
        begin(account, other);
        rig.age(rig.files());
        db.update("delete from artifact where account_id = ?", account);
        db.update("delete from artifact_upload where account_id = ?", account);
        sweepAll();
        assertThat(rig.kept()).isEmpty();
    }

    /** As many rounds as it takes to come by everything. */
    void sweepAll() throws IOException {
        sweeper.sweep(Instant.now());
        for (int round = 1; round < rig.rounds(); round++) {
            sweeper.removeOrphans(Instant.now());
        }
    }

    void put(UUID owner, byte[] bytes) {
        shelf.put(owner, sha(bytes), new Piece(0, bytes.length, bytes.length), new ByteArrayInputStream(bytes));
    }

    void begin(UUID owner, byte[] bytes) {
        shelf.put(owner, sha(bytes), new Piece(0, 10, bytes.length), new ByteArrayInputStream(bytes, 0, 10));
    }

    boolean isReadable(UUID reader, byte[] bytes) {
        try {
            var out = new ByteArrayOutputStream();
            shelf.open(reader, sha(bytes)).sendTo(out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
            return true;
        } catch (CoordinatorException e) {
            assertThatThrownBy(() -> shelf.look(reader, sha(bytes))).isInstanceOf(CoordinatorException.class);
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void pastItsTime(UUID owner, byte[] bytes) throws IOException {
        rig.age(rig.wholeFiles(sha(bytes)));
        assertThat(db.update(
                        "update artifact set kept_until = now() - interval '1 second' where account_id = ? and sha256 = ?",
                        owner,
                        sha(bytes)))
                .isOne();
    }

    private static String inputs(byte[] bytes) {
        return "{\"inputs\":[{\"sha256\":\"" + sha(bytes) + "\",\"name\":\"a\"}]}";
    }

    static byte[] bytes() {
        byte[] bytes = new byte[5_000];
        new Random().nextBytes(bytes);
        return bytes;
    }

    static String sha(byte[] bytes) {
        return Digests.sha256Hex(bytes);
    }
}
