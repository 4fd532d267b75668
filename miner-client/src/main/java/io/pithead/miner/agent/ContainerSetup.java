package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.EngineException.Kind;
import io.pithead.miner.container.Labels;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.Hardening;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.miner.container.core.Problem;
import io.pithead.miner.container.core.PullProgress;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.RegistryAuth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From an offer to a container that can be started. */
final class ContainerSetup {
    private static final Duration LONGEST_PULL = Duration.ofHours(2);
    private static final int NAME_TRIES = 3;

    private final ContainerShop shop;

    ContainerSetup(ContainerShop shop) {
        this.shop = shop;
    }

    /** A container, the image it was made from and the GPUs it has. */
    record Made(String id, ImageFacts image, List<String> gpus) {}

    /** @param pulling hears how far a pull is */
    Made make(HeldContainer held, ContainerSecrets secrets, Consumer<PullProgress> pulling)
            throws EngineException, Refusal, InterruptedException, IOException {
        ImageFacts image = image(held.spec(), secrets, pulling);
        if (!shop.room().snapshotEvery().isZero()) {
            shop.snapshots().restore(held, Hardening.diskMb(held.spec().resources(), shop.owner()));
        }
        List<String> gpus = shop.gpus().take(held.attempt(), held.spec().resources());
        ContainerPlan plan = plan(held, secrets, image, gpus);
        if (shop.owner().network() == NetworkPolicy.BRIDGE) {
            shop.engine().provideNetwork();
        }
        return new Made(create(plan), image, gpus);
    }

    private ImageFacts image(ContainerSpec spec, ContainerSecrets secrets, Consumer<PullProgress> pulling)
            throws EngineException, Refusal, InterruptedException, IOException {
        Engine engine = shop.engine();
        // what somebody else's password fetched is not here for this buyer
        Optional<ImageFacts> present =
                engine.image(spec.image()).filter(image -> shop.images().mayUse(image.id(), spec.buyer()));
        boolean byDigest = spec.image().contains("@");
        boolean pull = present.isEmpty() || (spec.pull() == PullPolicy.ALWAYS && !byDigest);
        if (pull && spec.pull() == PullPolicy.NEVER) {
            throw new Refusal(Problem.passing(
                    "IMAGE_NOT_FOUND",
                    "the image " + spec.image() + " is not on this node, and it is not to be pulled"));
        }
        if (pull) {
            present = pull(spec, secrets.registryAuth(), pulling);
        }
        ImageFacts image = present.orElseThrow(() -> new Refusal(
                Problem.passing("IMAGE_NOT_FOUND", "the image " + spec.image() + " did not come with its pull")));
        requirePlatform(image, spec.image());
        shop.images().used(image.id(), shop.shop().clock().instant());
        return image;
    }

    private Optional<ImageFacts> pull(ContainerSpec spec, @Nullable RegistryAuth auth, Consumer<PullProgress> pulling)
            throws EngineException, Refusal, InterruptedException, IOException {
        pulling.accept(new PullProgress());
        PulledImages.Pull pull = shop.images().begin(spec.image(), spec.buyer(), auth == null);
        boolean heard = false;
        try {
            shop.engine().pull(spec.image(), auth, LONGEST_PULL, pulling);
            Optional<ImageFacts> image = shop.engine().image(spec.image());
            if (image.isPresent()) {
                shop.images().came(pull, image.get().id(), shop.shop().clock().instant());
            } else {
                shop.images().failed(pull);
            }
            heard = true;
            return image;
        } catch (EngineException e) {
            if (e.isAway()) {
                throw e;
            }
            shop.images().failed(pull);
            heard = true;
            throw new Refusal(ofPull(spec.image(), e));
        } finally {
            if (!heard) {
                shop.images().lost(pull);
            }
        }
    }

    private static Problem ofPull(String image, EngineException e) {
        String message = "the image " + image + " cannot be pulled: " + e.text();
        return switch (e.kind()) {
            case NOT_FOUND, INVALID -> Problem.fatal("IMAGE_NOT_FOUND", message);
            case UNAUTHORIZED -> Problem.fatal("IMAGE_UNAUTHORIZED", message);
            case WRONG_PLATFORM -> Problem.passing("IMAGE_WRONG_PLATFORM", message);
            case DISK_FULL -> Problem.passing("DISK_FULL", message);
            default -> Problem.passing("IMAGE_UNAVAILABLE", message);
        };
    }

    private void requirePlatform(ImageFacts image, String name) throws EngineException, Refusal, InterruptedException {
        String machine = shop.engine().architecture();
        boolean runs = image.architecture().isEmpty()
                || image.architecture().equals(machine)
                || (machine.equals("amd64") && image.architecture().equals("386"))
                || (machine.equals("arm64") && image.architecture().equals("arm"));
        boolean linux = image.os().isEmpty() || image.os().equals("linux");
        if (!runs || !linux) {
            throw new Refusal(Problem.passing(
                    "IMAGE_WRONG_PLATFORM",
                    "the image " + name + " is for " + image.os() + "/" + image.architecture() + ", this node is linux/"
                            + machine));
        }
    }

    private ContainerPlan plan(HeldContainer held, ContainerSecrets secrets, ImageFacts image, List<String> gpus)
            throws Refusal, IOException {
        ContainerSpec spec = held.spec();
        TaskFolders folders = shop.folders();
        var naming = new Hardening.Naming(
                Labels.name(spec.task(), held.job()),
                Labels.of(shop.miner(), spec.task(), held.job(), held.lease()),
                Map.of(
                        "PITHEAD_TASK_ID",
                        spec.task().toString(),
                        "PITHEAD_JOB_ID",
                        held.job().toString(),
                        "PITHEAD_SOCKET",
                        Hardening.SOCKET_PATH,
                        "NODE_ADDRESS",
                        shop.address()));
        try {
            var given = new Hardening.Folders(
                    folders.data(spec.task()).toString(),
                    folders.shared(spec.buyer()).toString(),
                    shop.bridges().provide(held.job()).toString(),
                    name -> mount(held, name).toString(),
                    folders.group());
            return Hardening.plan(spec, secrets.env(), image, shop.owner(), naming, given, gpus);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Path mount(HeldContainer held, String name) {
        try {
            return shop.folders().mount(held.spec().task(), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name may still be that of a container of ours whose lease is over; anybody else's stays. */
    private String create(ContainerPlan plan) throws EngineException, Refusal, InterruptedException {
        for (int i = 1; ; i++) {
            try {
                return shop.engine().create(plan);
            } catch (EngineException e) {
                if (e.kind() != Kind.NAME_TAKEN || i == NAME_TRIES) {
                    throw e;
                }
            }
            Optional<Engine.Listed> holder = shop.engine().named(plan.name());
            boolean ours = holder.map(one -> shop.miner().equals(one.labels().get(Labels.MINER)))
                    .orElse(true);
            if (!ours) {
                throw new Refusal(
                        Problem.passing("NAME_TAKEN", "a container called " + plan.name() + " is not this miner's"));
            }
            if (holder.isPresent()) {
                shop.engine().remove(holder.get().id());
            }
        }
    }
}
