package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.RegistryAuth;
import io.pithead.protocol.task.Resources;
import io.pithead.testing.ImageRegistry;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose images are whose, and how long they stay. */
@SuppressWarnings("try") // an agent works as long as it is open
class ContainerImageIT extends ContainerScene {
    private static final ContainerSecrets AUTH =
            new ContainerSecrets(Map.of(), new RegistryAuth(ImageRegistry.USER, ImageRegistry.PASSWORD));
    private ImageRegistry registry;
    private String image;

    /** An image that is in the registry alone. */
    @BeforeEach
    void pushImage() throws Exception {
        assumeTrue(
                ImageRegistry.missing().isEmpty(),
                () -> "skipped: " + ImageRegistry.missing().orElse(""));
        registry = ImageRegistry.start(temp.resolve("registry"));
        image = registry.address() + "/team/secret:1.0";
        engine.importBusybox(image, "LABEL made=" + UUID.randomUUID());
        engine.docker("login", "-u", ImageRegistry.USER, "-p", ImageRegistry.PASSWORD, registry.address());
        engine.docker("push", image);
        engine.docker("logout", registry.address());
        engine.docker("rmi", image);
    }

    @AfterEach
    void stopRegistry() throws Exception {
        docker("rmi", "-f", image);
        registry.close();
    }

    private static UUID someone() {
        return Ids.next(Instant.now());
    }

    private Specs of(UUID buyer) {
        return Specs.image(image).cmd("true").task(someone(), buyer);
    }

    private String refusal(Specs specs) throws InterruptedException {
        return failure(coordinator.submit(specs.spec())).code();
    }

    @Test
    void an_image_that_one_buyers_password_fetched_is_there_for_nobody_else() throws Exception {
        UUID owner = someone();
        UUID stranger = someone();
        try (var agent = agent()) {
            proof(coordinator.submit(of(owner).secrets(AUTH).spec()));
            String id = docker("inspect", "-f", "{{.Id}}", image);
            assertThat(id).startsWith("sha256:");

            assertThat(refusal(of(stranger))).isEqualTo("IMAGE_UNAUTHORIZED");
            assertThat(refusal(of(stranger).pull(PullPolicy.NEVER))).isEqualTo("IMAGE_NOT_FOUND");
            // its id is a name too
            assertThat(refusal(of(stranger).from(id).pull(PullPolicy.NEVER))).isEqualTo("IMAGE_NOT_FOUND");
            assertThat(refusal(of(stranger).from(id.substring(7, 20)).pull(PullPolicy.NEVER)))
                    .isEqualTo("IMAGE_NOT_FOUND");

            // who fetched it needs no password to run it again, and who has one gets it too
            proof(coordinator.submit(of(owner).pull(PullPolicy.NEVER).spec()));
            proof(coordinator.submit(of(stranger).secrets(AUTH).spec()));
            proof(coordinator.submit(of(stranger).pull(PullPolicy.NEVER).spec()));
        }
        anotherCoordinator();
        try (var agent = agent()) {
            // what was learned outlives the miner
            assertThat(refusal(of(someone()))).isEqualTo("IMAGE_UNAUTHORIZED");
            proof(coordinator.submit(of(owner).spec()));
        }
    }

    @Test
    void the_owners_own_image_is_everybodys_even_if_a_buyer_pulls_it_as_well() throws Exception {
        engine.docker("login", "-u", ImageRegistry.USER, "-p", ImageRegistry.PASSWORD, registry.address());
        engine.docker("pull", image);
        engine.docker("logout", registry.address());
        try (var agent = agent()) {
            proof(coordinator.submit(
                    of(someone()).pull(PullPolicy.ALWAYS).secrets(AUTH).spec()));
            proof(coordinator.submit(of(someone()).spec()));
        }
        assertThat(Files.readString(workDir.resolve("images.json"))).doesNotContain("sha256:");
    }

    @Test
    void a_machine_without_a_gpu_refuses_a_container_that_needs_one() throws Exception {
        try (var agent = agent(Map.of(Key.CONTAINER_GPUS, "all"))) {
            assertThat(refusal(Specs.shell("true").resources(new Resources(null, null, null, 1, null, null, null))))
                    .isEqualTo("NO_GPU");
            assertThat(refusal(Specs.shell("true").resources(new Resources(null, null, 100L, null, null, null, null))))
                    .isEqualTo("NO_GPU");
        }
    }
}
