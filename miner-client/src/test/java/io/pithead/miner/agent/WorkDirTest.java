package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.hardware.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {
    private static final Attempt ATTEMPT = new Attempt(UUID.fromString("01890000-0000-7000-8000-000000000001"), 7);

    @TempDir
    private Path temp;

    private WorkDir open() throws IOException {
        return WorkDir.open(temp.resolve("a/work"));
    }

    @Test
    void a_new_folder_belongs_to_the_miner_alone() throws IOException {
        try (WorkDir dir = open()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.root())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void a_folder_that_others_can_write_to_is_refused() throws IOException {
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> WorkDir.open(open)).hasMessageContaining("chmod 700");
    }

    @Test
    void a_link_is_not_followed() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("real")));
        assertThatThrownBy(() -> WorkDir.open(link)).hasMessageContaining("not a folder");
    }

    @Test
    void two_agents_cannot_share_a_folder() throws IOException {
        try (WorkDir first = open();
                WorkDir second = open()) {
            first.lock();
            assertThatThrownBy(second::lock).hasMessageContaining("another miner works");
        }
        try (WorkDir third = open()) {
            third.lock();
        }
    }

    @Test
    void what_a_dead_agent_left_running_is_killed_and_its_folder_removed() throws Exception {
        try (WorkDir dir = open()) {
            Process leftover = new ProcessBuilder("sleep", "300").start();
            Path folder = Files.createDirectories(dir.attempt(ATTEMPT));
            WorkDir.notePid(folder, leftover.toHandle());
            dir.clearLeftovers();
            assertThat(leftover.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(folder.getParent()).doesNotExist();
        }
    }

    @Test
    void a_process_that_only_inherited_the_pid_is_left_alone() throws Exception {
        Process innocent = new ProcessBuilder("sleep", "300").start();
        try (WorkDir dir = open()) {
            Path folder = Files.createDirectories(dir.attempt(ATTEMPT));
            Files.writeString(folder.resolve("pid"), innocent.pid() + " 12345");
            dir.clearLeftovers();
            assertThat(innocent.isAlive()).isTrue();
            assertThat(folder).doesNotExist();
        } finally {
            innocent.destroyForcibly();
        }
    }

    @Test
    void only_folders_of_jobs_are_cleared() throws IOException {
        try (WorkDir dir = open()) {
            Path mine = Files.createDirectories(dir.root().resolve("my-notes"));
            dir.clearLeftovers();
            assertThat(mine).exists();
            assertThat(dir.spool()).exists();
        }
    }

    @Test
    void removing_an_attempt_keeps_another_of_the_same_job() throws IOException {
        try (WorkDir dir = open()) {
            var other = new Attempt(ATTEMPT.job(), 8);
            Files.createDirectories(dir.attempt(ATTEMPT));
            Files.createDirectories(dir.attempt(other));
            dir.remove(ATTEMPT);
            assertThat(dir.attempt(other)).exists();
            dir.remove(other);
            assertThat(dir.attempt(other).getParent()).doesNotExist();
        }
    }

    @Test
    void links_inside_a_jobs_folder_are_removed_and_not_followed() throws IOException {
        Path precious = Files.writeString(
                Files.createDirectory(temp.resolve("precious")).resolve("file"), "keep");
        Path folder = Files.createDirectories(temp.resolve("job"));
        Files.createSymbolicLink(folder.resolve("link"), precious.getParent());
        Disk.deleteTree(folder);
        assertThat(folder).doesNotExist();
        assertThat(precious).hasContent("keep");
    }

    @Test
    void a_tree_of_processes_is_measured_and_ended_as_a_whole() throws Exception {
        Process shell =
                new ProcessBuilder("/usr/bin/setsid", "/bin/sh", "-c", "(sleep 300 &) ; sleep 300 & wait").start();
        var tree = new ProcessTree(shell.toHandle());
        // for a moment after its start a process has no memory that is counted
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (tree.usage().map(ProcessTree.Usage::rssBytes).orElse(0L) == 0 && System.nanoTime() < until) {
            Thread.sleep(10);
        }
        assertThat(tree.usage())
                .hasValueSatisfying(usage -> assertThat(usage.rssBytes()).isPositive());
        assertThat(tree.kill()).isTrue();
        assertThat(tree.usage()).isEmpty();
        assertThat(List.of(shell.waitFor(10, TimeUnit.SECONDS))).containsExactly(true);
    }
}
