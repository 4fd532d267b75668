package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DecimalNode;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final UUID JOB = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final Attempt ATTEMPT = new Attempt(JOB, 7);
    private static final String SHA = "a".repeat(64);

    @TempDir
    private Path dir;

    private static Proof proof(List<InputRef> artifacts) {
        return new Proof(
                JOB,
                Mode.CPU,
                SHA,
                Map.of("wall_s", DecimalNode.valueOf(new BigDecimal("1.25"))),
                7L,
                null,
                artifacts,
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-01-01T00:00:01Z"),
                null,
                null);
    }

    @Test
    void what_is_put_is_there_for_the_next_run() throws IOException {
        var entry = SpoolEntry.of(proof(List.of()), null);
        new Spool(dir).put(entry, Optional.empty());
        var next = new Spool(dir);
        assertThat(next.load()).containsExactly(ATTEMPT);
        assertThat(next.get(ATTEMPT)).contains(entry);
        next.remove(ATTEMPT);
        assertThat(next.load()).isEmpty();
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void a_failure_is_a_result_too() throws IOException {
        var entry = SpoolEntry.of(new Failure(JOB, 7L, "CRASHED", "it fell", true));
        var spool = new Spool(dir);
        spool.put(entry, Optional.empty());
        assertThat(spool.get(ATTEMPT)).contains(entry);
    }

    @Test
    void a_large_output_moves_into_the_spool_and_leaves_with_its_entry() throws IOException {
        Path output = Files.writeString(
                Files.createTempDirectory(dir.getParent(), "job").resolve("out.txt"), "large");
        var upload = new InputRef(SHA, 5L, "out.txt");
        var spool = new Spool(dir);
        spool.put(SpoolEntry.of(proof(List.of(upload)), upload), Optional.of(output));
        assertThat(output).doesNotExist();
        assertThat(spool.output(ATTEMPT)).hasContent("large");
        assertThat(spool.load()).containsExactly(ATTEMPT);
        spool.remove(ATTEMPT);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void half_written_entries_and_ownerless_outputs_are_cleared_away() throws IOException {
        Files.writeString(dir.resolve(JOB + ".7.json.part"), "{");
        Files.writeString(dir.resolve(JOB + ".8.out"), "nobody's");
        Files.writeString(dir.resolve("../evil.json".replace("../", "")), "{}");
        assertThat(new Spool(dir).load()).isEmpty();
        assertThat(dir.resolve(JOB + ".7.json.part")).doesNotExist();
        assertThat(dir.resolve(JOB + ".8.out")).doesNotExist();
    }

    @Test
    void an_entry_that_cannot_be_read_is_kept_aside_and_not_tried_again() throws IOException {
        Files.writeString(dir.resolve(JOB + ".7.json"), "{\"proof\":");
        var spool = new Spool(dir);
        assertThat(spool.load()).containsExactly(ATTEMPT);
        assertThat(spool.get(ATTEMPT)).isEmpty();
        assertThat(spool.load()).isEmpty();
        assertThat(dir.resolve(JOB + ".7.json.unreadable")).exists();
    }

    @Test
    void an_entry_under_another_attempts_name_is_not_believed() throws IOException {
        Files.write(dir.resolve(JOB + ".8.json"), Json.write(SpoolEntry.of(proof(List.of()), null)));
        assertThat(new Spool(dir).get(new Attempt(JOB, 8))).isEmpty();
    }

    @Test
    void entries_are_sent_in_the_order_of_their_jobs() throws IOException {
        var spool = new Spool(dir);
        for (String last : List.of("3", "1", "2")) {
            var job = UUID.fromString("01890000-0000-7000-8000-00000000000" + last);
            spool.put(SpoolEntry.of(new Failure(job, 1L, "X", null, true)), Optional.empty());
        }
        assertThat(spool.load())
                .extracting(attempt -> attempt.job().toString().substring(35))
                .containsExactly("1", "2", "3");
    }
}
