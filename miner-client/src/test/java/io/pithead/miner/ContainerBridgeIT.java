package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskFileOffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Containers on a real engine that speak to their miner from inside. */
@SuppressWarnings("try") // an agent works as long as it is open
class ContainerBridgeIT extends ContainerScene {
    private static final String IMAGE = "busybox:perl";
    private static final String OK = "{\"ok\":true}";

    /** Says each of its words as a line and prints what comes back. */
    private static final String SAY = """
            say() { perl -e 'socket(S,1,1,0); connect(S,pack("Sa108",1,$ENV{PITHEAD_SOCKET})) || die "no socket: $!\\n";
              select S; $|=1; for (@ARGV) { print S "$_\\n"; print STDOUT scalar <S> }' "$@"; }
            go() { while [ ! -e /data/go$1 ]; do sleep 1; done; }
            """;

    @BeforeAll
    static void importPerl() throws Exception {
        engine.importWith("perl", IMAGE);
    }

    private static Specs script(String text) {
        return Specs.shell(SAY + text).from(IMAGE);
    }

    private Path data(ContainerSpec spec) {
        return workDir.resolve("tasks").resolve(spec.task().toString()).resolve("data");
    }

    private void go(ContainerSpec spec, String which) throws Exception {
        Files.writeString(data(spec).resolve("go" + which), "");
    }

    private TaskFileOffer brought(UUID job, String path) throws InterruptedException {
        return coordinator.await(
                path,
                () -> coordinator.files(job).stream()
                        .filter(file -> file.path().equals(path))
                        .findFirst());
    }

    private String content(TaskFileOffer file) {
        return new String(coordinator.artifacts().get(file.sha256()), StandardCharsets.UTF_8);
    }

    @Test
    void numbers_progress_and_files_go_from_the_container_to_the_coordinator() throws Exception {
        try (var agent = agent()) {
            ContainerSpec spec = script("""
                    mkdir /data/out; echo deep > /data/out/model; echo flat > /data/flat
                    say '{"metrics":{"loss":0.5,"tokens/s":1250}}' '{"progress":{"percent":40,"note":"half way"}}'
                    say '{"file":"/data/out/model"}' '{"file":"flat"}' '{"metrics":{"loss":"low"}}'
                    go
                    """).spec();
            UUID job = coordinator.submit(spec);
            assertThat(content(brought(job, "out/model"))).isEqualTo("deep\n");
            assertThat(content(brought(job, "flat"))).isEqualTo("flat\n");
            coordinator.awaitTrue(
                    "figures in a heartbeat",
                    c -> c.heartbeats().stream()
                            .flatMap(beat -> Objects.requireNonNull(beat.running()).stream())
                            .map(Heartbeat.Running::container)
                            .anyMatch(own -> own != null
                                    && Map.of("loss", 0.5, "tokens/s", 1250.0).equals(own.reported())
                                    && own.memoryBytes() != null));
            coordinator.awaitTrue(
                    "its progress",
                    c -> c.progress().stream()
                            .anyMatch(report -> Integer.valueOf(40).equals(report.percent())
                                    && "half way".equals(report.note())
                                    && report.container() != null));
            go(spec, "");
            proof(job);
            assertThat(coordinator.log(job).lines().subList(0, 4)).containsExactly(OK, OK, OK, OK);
            assertThat(coordinator.log(job).lines().get(4)).contains("\"INVALID_LINE\"");
            coordinator.awaitTrue(
                    "its socket is gone",
                    c -> !Files.exists(workDir.resolve("bridges").resolve(job.toString())));
        }
    }

    @Test
    void nothing_leads_out_of_the_tasks_folder() throws Exception {
        try (var agent = agent()) {
            ContainerSpec spec = script("""
                    echo mine > /data/good; mkdir /data/d
                    ln -s /etc/passwd /data/link; ln -s /etc /data/folder; ln -s ../../../.. /data/d/up; ln -s good /data/inside
                    ln -s /proc/1/environ /data/environ; busybox mkfifo /data/pipe
                    say '{"file":"/data/link"}' '{"file":"/data/folder/passwd"}' '{"file":"../good"}' '{"file":"/etc/passwd"}'
                    say '{"file":"/data/d/up/secret"}' '{"file":"/data/d/../good"}' '{"file":"inside"}' '{"file":"environ"}'
                    say '{"file":"pipe"}' '{"file":"pipe/x"}' '{"file":"/shared/x"}' '{"file":"/run/pithead/miner.sock"}'
                    say '{"file":"none"}' '{"file":"good"}'
                    touch /run/pithead/mine 2>/dev/null || echo closed
                    rm /run/pithead/miner.sock 2>/dev/null || echo kept
                    ls /run/pithead
                    """).spec();
            Files.writeString(workDir.resolve("secret"), "the miner's");
            UUID job = coordinator.submit(spec);
            proof(job);
            List<String> lines = coordinator.log(job).lines();
            assertThat(lines.subList(0, 12)).allMatch(line -> line.contains("\"INVALID_PATH\""));
            assertThat(lines.get(12)).contains("\"NOT_FOUND\"");
            assertThat(lines.subList(13, lines.size())).containsExactly(OK, "closed", "kept", "miner.sock");
            assertThat(content(brought(job, "good"))).isEqualTo("mine\n");
            assertThat(coordinator.files(job)).hasSize(1);
        }
    }

    @Test
    void a_container_speaks_for_itself_alone() throws Exception {
        try (var agent = agent()) {
            ContainerSpec one =
                    script("echo one > /data/own; go; say '{\"file\":\"own\"}'").spec();
            ContainerSpec two = script("""
                    say '{"file":"own"}' '{"task":"%1$s","file":"own"}' '{"file":"/data/../../%1$s/data/own"}'
                    """.formatted(one.task())).spec();
            UUID first = coordinator.submit(one);
            report(first, ContainerState.RUNNING);
            UUID second = coordinator.submit(two);
            proof(second);
            assertThat(coordinator.log(second).lines().getFirst()).contains("\"NOT_FOUND\"");
            assertThat(coordinator.log(second).lines().get(1)).contains("\"INVALID_LINE\"");
            assertThat(coordinator.log(second).lines().get(2)).contains("\"INVALID_PATH\"");
            assertThat(coordinator.files(first)).isEmpty();
            go(one, "");
            assertThat(content(brought(first, "own"))).isEqualTo("one\n");
        }
    }

    @Test
    void last_words_count_and_who_is_nobody_may_speak() throws Exception {
        try (var agent = agent(Map.of(Key.CONTAINER_ROOT, "never", Key.CONTAINER_NETWORK, "none"))) {
            UUID job = coordinator.submit(script("""
                    echo last > /data/last
                    perl -e 'socket(S,1,1,0); connect(S,pack("Sa108",1,"'${SOCKET_PATH}'")); syswrite S, "{\\"file\\":\\"last\\"}\\n"'
                    """).spec());
            proof(job);
            assertThat(content(brought(job, "last"))).isEqualTo("last\n");
        }
    }

    @Test
    void neither_a_coordinator_that_is_away_nor_a_miner_that_starts_again_loses_a_file() throws Exception {
        ContainerSpec spec = script("""
                echo first > /data/a; say '{"file":"a"}'; echo changed > /data/a; go
                until say '{"file":"a"}' 2>/dev/null; do sleep 1; done; go 2
                """).spec();
        UUID job;
        try (var agent = agent()) {
            coordinator.letFilesWait(true);
            job = coordinator.submit(spec);
            Path files = workDir.resolve("files");
            coordinator.awaitTrue("a file on disk", c -> entries(files) == 1);
        }
        coordinator.goAway();
        coordinator.comeBack();
        coordinator.letFilesWait(false);
        try (var agent = agent()) {
            assertThat(content(brought(job, "a"))).isEqualTo("first\n");
            go(spec, "");
            coordinator.awaitTrue("the second file", c -> c.files(job).size() == 2);
            assertThat(content(coordinator.files(job).getLast())).isEqualTo("changed\n");
            go(spec, "2");
            proof(job);
        }
    }

    private static long entries(Path folder) {
        String[] names = folder.toFile().list((in, name) -> name.endsWith(".json"));
        return names == null ? 0 : names.length;
    }
}
