package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.container.DockerHost;
import io.pithead.miner.container.DockerJavaEngine;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The room that images take, on a real engine. */
class PulledImagesIT extends ContainerScene {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = THEN.plus(Duration.ofDays(1));

    private DockerJavaEngine docker;
    private PulledImages images;

    @BeforeEach
    void open() throws Exception {
        docker = new DockerJavaEngine(new DockerHost(engine.host(), Optional.empty()));
        images = new PulledImages(temp.resolve("images.json"), docker);
    }

    @AfterEach
    void close() {
        docker.close();
    }

    /** As if a pull had brought it. */
    private String bring(String name, UUID buyer, Instant at) throws Exception {
        PulledImages.Pull pull = images.begin(name, buyer, false);
        engine.importBusybox(name, "LABEL made=" + UUID.randomUUID());
        String id = docker("inspect", "-f", "{{.Id}}", name);
        images.came(pull, id, at);
        return id;
    }

    private static boolean isHere(String name) {
        return !docker("images", "-q", name).isEmpty();
    }

    @Test
    void images_that_were_pulled_and_are_not_used_go_and_no_others() throws Exception {
        UUID buyer = UUID.randomUUID();
        engine.importBusybox("owners:1", "LABEL made=" + UUID.randomUUID());
        bring("pulled:used", buyer, THEN);
        bring("pulled:idle", buyer, THEN);
        bring("pulled:fresh", buyer, NOW);
        bring("pulled:renamed", buyer, THEN);
        engine.docker("tag", "pulled:renamed", "owners:too");
        engine.docker("create", "--name", "user", "pulled:used", "true");
        images.clean(1_000_000, NOW);
        assertThat(isHere("pulled:idle")).isTrue();
        images.clean(0, NOW);
        assertThat(isHere("pulled:idle")).isFalse();
        assertThat(isHere("pulled:used")).isTrue();
        assertThat(isHere("pulled:fresh")).isTrue();
        assertThat(isHere("owners:1")).isTrue();
        assertThat(isHere("owners:too")).isTrue();
        assertThat(isHere(Specs.BASE)).isTrue();
    }

    @Test
    void what_comes_during_anothers_pull_is_not_free_to_take() throws Exception {
        UUID buyer = UUID.randomUUID();
        UUID stranger = UUID.randomUUID();
        PulledImages.Pull pull = images.begin("late:1", buyer, false);
        engine.importBusybox("late:1", "LABEL made=" + UUID.randomUUID());
        String id = docker("inspect", "-f", "{{.Id}}", "late:1");
        assertThat(images.mayUse(id, stranger)).isFalse();
        // the miner dies here
        var next = new PulledImages(temp.resolve("images.json"), docker);
        assertThat(next.mayUse(id, stranger)).isFalse();
        next.settle(NOW);
        assertThat(next.mayUse(id, stranger)).isFalse();
        assertThat(next.mayUse(id, buyer)).isTrue();
        assertThat(pull.image()).isEqualTo("late:1");
        assertThat(next.mayUse(docker("inspect", "-f", "{{.Id}}", Specs.BASE), stranger))
                .isTrue();
    }

    @Test
    void one_of_two_pulls_that_fails_does_not_open_what_the_other_brings() throws Exception {
        UUID buyer = UUID.randomUUID();
        PulledImages.Pull wrong = images.begin("twice:1", buyer, false);
        PulledImages.Pull right = images.begin("twice:1", buyer, false);
        images.failed(wrong);
        engine.importBusybox("twice:1", "LABEL made=" + UUID.randomUUID());
        String id = docker("inspect", "-f", "{{.Id}}", "twice:1");
        assertThat(images.mayUse(id, UUID.randomUUID())).isFalse();
        images.came(right, id, NOW);
        assertThat(images.mayUse(id, UUID.randomUUID())).isFalse();
        assertThat(images.mayUse(id, buyer)).isTrue();
    }
}
