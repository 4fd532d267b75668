package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import io.pithead.miner.testing.TestAgent;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.SnapshotChunk;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a container keeps, from one machine to another. */
@SuppressWarnings("try") // an agent works as long as it is open
class ContainerSnapshotIT extends ContainerScene {
    private final UUID task = Ids.next(Instant.now());
    private final UUID buyer = Ids.next(Instant.now());

    private Specs shell(String script) {
        return Specs.shell(script).task(task, buyer);
    }

    private TestAgent elsewhere(String folder) throws Exception {
        Path other = temp.resolve(folder);
        return TestAgent.start(coordinator, other, settings(Map.of(Key.MINER_ID, folder)));
    }

    private static Set<String> shas(List<SnapshotChunk> chunks) {
        return chunks.stream().map(SnapshotChunk::sha256).collect(Collectors.toSet());
    }

    @Test
    void another_machine_goes_on_with_what_the_first_left() throws Exception {
        UUID first;
        try (var agent = agent()) {
            first = coordinator.submit(shell("mkdir /data/deep; echo one > /data/deep/f; ln -s /etc/passwd /data/link")
                    .spec());
            proof(first);
        }
        assertThat(coordinator.snapshot(first)).isNotEmpty();
        anotherPoll();
        UUID second;
        try (var agent = elsewhere("elsewhere")) {
            second = coordinator.submitHeir(
                    first,
                    shell("cat /data/deep/f; ls /data; echo two >> /data/deep/f && echo mine")
                            .spec());
            proof(second);
            assertThat(coordinator.log(second).lines()).containsExactly("one", "deep", "link", "mine");
        }
        assertThat(coordinator.snapshot(second)).isNotEqualTo(coordinator.snapshot(first));
        // back on the first machine, whose own folder is older by now
        anotherPoll();
        try (var agent = agent()) {
            UUID third =
                    coordinator.submitHeir(second, shell("cat /data/deep/f").spec());
            proof(third);
            assertThat(coordinator.log(third).lines()).containsExactly("one", "two");
        }
    }

    /** The old agent's parked poll would take the next job. */
    private void anotherPoll() throws Exception {
        var old = coordinator;
        anotherCoordinator();
        coordinator.takeOver(old);
    }

    @Test
    void while_it_runs_only_what_changed_is_sent_and_it_runs_on() throws Exception {
        try (var agent = agent(Map.of(Key.SNAPSHOT_SECS, "1"))) {
            UUID job = coordinator.submit(shell("head -c 6000000 /dev/urandom > /data/a-large; echo 0 > /data/z;"
                            + " i=0; while true; do i=$((i+1)); echo $i > /data/z; sleep 0.2; done")
                    .spec());
            List<SnapshotChunk> first = coordinator.await(
                    "a snapshot with all of it",
                    () -> List.of(coordinator.snapshot(job)).stream()
                            .filter(chunks -> chunks.stream()
                                            .mapToLong(SnapshotChunk::size)
                                            .sum()
                                    > 6_000_000)
                            .findFirst());
            int before = coordinator.artifacts().count();
            coordinator.awaitTrue("another snapshot", all -> !all.snapshot(job).equals(first));
            var changed = new HashSet<>(shas(coordinator.snapshot(job)));
            changed.removeAll(shas(first));
            assertThat(changed).hasSizeBetween(1, 2);
            assertThat(coordinator.artifacts().count() - before).isBetween(1, 4);
            coordinator.awaitTrue("it runs", any -> state(container(job)).equals("running"));
            assertThat(docker("inspect", "-f", "{{.State.Paused}}", container(job)))
                    .isEqualTo("false");
        }
    }

    @Test
    void a_transfer_that_breaks_off_goes_on_where_it_stopped() throws Exception {
        coordinator.artifacts().breakOff(2);
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    shell("head -c 3000000 /dev/urandom > /data/f").spec());
            proof(job);
            assertThat(coordinator.snapshot(job)).isNotEmpty();
            assertThat(coordinator.artifacts().resumed()).isPositive();
        }
    }

    @Test
    void nothing_is_sent_of_a_container_that_keeps_nothing() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(shell("true").spec());
            proof(job);
            assertThat(coordinator.snapshot(job)).isEmpty();
            assertThat(coordinator.artifacts().count()).isZero();
        }
    }

    @Test
    void data_that_is_not_what_was_promised_starts_nothing() throws Exception {
        UUID first;
        try (var agent = agent()) {
            first = coordinator.submit(shell("echo one > /data/f").spec());
            proof(first);
        }
        String sha = coordinator.snapshot(first).getFirst().sha256();
        byte[] bytes = coordinator.artifacts().get(sha);
        bytes[0] ^= 1;
        assertThat(Digests.sha256Hex(bytes)).isNotEqualTo(sha);
        coordinator.artifacts().lie(sha, bytes);
        anotherPoll();
        try (var agent = elsewhere("elsewhere")) {
            UUID second = coordinator.submitHeir(first, shell("ls /data").spec());
            Failure failure = failure(second);
            assertThat(failure.code()).isEqualTo("DATA_UNAVAILABLE");
            assertThat(failure.retryable()).isTrue();
            assertThat(container(second)).isEmpty();
        }
    }
}
