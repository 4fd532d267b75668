package io.pithead.miner.testing;

import io.pithead.miner.config.Key;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerState;
import io.pithead.testing.DockerEngine;
import io.pithead.testing.NeedsEngine;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real engine for the class, a coordinator and a work folder for each test. */
@NeedsEngine
public abstract class ContainerScene {
    protected static DockerEngine engine;

    @TempDir
    protected Path temp;

    protected TestCoordinator coordinator;
    protected Path workDir;

    @BeforeAll
    static void startEngine() throws Exception {
        engine = DockerEngine.start(Scratch.folder("pithead-docker"));
        engine.importBusybox(Specs.BASE);
    }

    @AfterAll
    static void stopEngine() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    @BeforeEach
    void startCoordinator() throws IOException {
        coordinator = new TestCoordinator();
        workDir = temp.resolve("work");
    }

    @AfterEach
    void stopCoordinator() {
        coordinator.close();
    }

    /** The poll that an agent left parked at the old one would take the next job. */
    protected void anotherCoordinator() throws IOException {
        coordinator.close();
        coordinator = new TestCoordinator();
    }

    /** A miner that ends leaves its containers; a test does not. */
    @AfterEach
    void removeContainers() throws Exception {
        for (String id : engine.docker("ps", "-aq", "--no-trunc").lines().toList()) {
            engine.docker("rm", "-f", id);
        }
    }

    protected TestAgent agent() throws Exception {
        return agent(Map.of());
    }

    protected TestAgent agent(Map<Key, String> more) throws Exception {
        return TestAgent.start(coordinator, workDir, settings(more));
    }

    protected Map<Key, String> settings(Map<Key, String> more) {
        var settings = new EnumMap<Key, String>(Key.class);
        settings.put(Key.CONTAINERS, "auto");
        settings.put(Key.DOCKER_HOST, engine.host());
        settings.put(Key.MAX_CONCURRENCY, "4");
        settings.put(Key.CONTAINER_RAM_MB, "256");
        settings.put(Key.CONTAINER_CPUS, "1");
        settings.putAll(more);
        return settings;
    }

    protected Proof proof(UUID job) throws InterruptedException {
        return coordinator.await("a proof of " + job + " but " + coordinator.failures(), () -> coordinator.proof(job));
    }

    protected Failure failure(UUID job) throws InterruptedException {
        return coordinator.await(
                "a failure of " + job,
                () -> coordinator.failures().stream()
                        .filter(failure -> failure.id().equals(job))
                        .findFirst());
    }

    protected ContainerReport report(UUID job, ContainerState state) throws InterruptedException {
        return coordinator.await(
                "a report of " + state,
                () -> coordinator.reports(job).stream()
                        .filter(report -> report.state() == state)
                        .reduce((first, second) -> second));
    }

    /** The id of the job's container, or empty. */
    protected static String container(UUID job) {
        return docker("ps", "-aq", "--no-trunc", "--filter", "label=pithead.job=" + job);
    }

    protected static String state(String id) {
        return docker("inspect", "-f", "{{.State.Status}}", id);
    }

    protected static String docker(String... words) {
        try {
            return engine.docker(words);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
