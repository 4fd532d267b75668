package io.pithead.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The container engine of this machine, through its own command, as the README of the Prime network looks at it. */
final class Engine {
    /** What the Prime README's task runs. */
    static final String IMAGE = "ubuntu:latest";

    private static final String ENGINE_MISSING =
            "No container engine answers here, so no container task is shown: apt-get install docker.io, and start dockerd.";
    private static final String IMAGE_MISSING = "There is no image " + IMAGE
            + " and nothing to make one of, so no container task is shown: docker pull " + IMAGE
            + ", or apt-get install busybox-static.";
    private static final List<Path> BUSYBOX = List.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"));

    private Engine() {}

    /** Empty when a container can run here; otherwise what to do about it. */
    static Optional<String> obstacle(Path scratch) throws IOException, InterruptedException, DemoException {
        if (!works("docker", "version", "--format", "{{.Server.Version}}")) {
            return Optional.of(ENGINE_MISSING);
        }
        if (works("docker", "image", "inspect", "--format", "{{.Id}}", IMAGE)) {
            return Optional.empty();
        }
        Optional<Path> busybox = BUSYBOX.stream().filter(Files::isExecutable).findFirst();
        boolean made = busybox.isPresent() && importImage(busybox.get(), scratch);
        return made ? Optional.empty() : Optional.of(IMAGE_MISSING);
    }

    /** A stand-in under the name of the README's image, when none is here: a static shell and its commands. */
    private static boolean importImage(Path busybox, Path scratch)
            throws IOException, InterruptedException, DemoException {
        Path root = Files.createDirectories(scratch.resolve("image"));
        Path bin = Files.createDirectories(root.resolve("bin"));
        Path copy = bin.resolve("busybox");
        if (!Files.exists(copy)) {
            Files.copy(busybox, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        Child.Ended applets = Child.run(Map.of(), List.of(copy.toString(), "--list"));
        if (applets.exit() != 0) {
            return false;
        }
        for (String applet : applets.output().split("\\R")) {
            Path link = bin.resolve(applet);
            if (applet.matches("[a-z0-9_\\[-]+") && !Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Path tar = scratch.resolve("image.tar");
        return works("tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), ".")
                && works("docker", "import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE);
    }

    /** Ours among the running containers, as {@code docker ps} shows them. */
    static List<String> running(String task) throws IOException, InterruptedException, DemoException {
        Child.Ended shown = Child.run(
                Map.of(),
                List.of(
                        "docker",
                        "ps",
                        "--filter",
                        "label=pithead.task=" + task,
                        "--format",
                        "{{.ID}}  {{.Image}}  {{.Command}}  {{.Status}}  {{.Names}}"));
        return shown.exit() == 0 && !shown.output().isEmpty()
                ? Arrays.asList(shown.output().split("\\R"))
                : new ArrayList<>();
    }

    private static boolean works(String... command) throws InterruptedException, DemoException {
        try {
            return Child.run(Map.of(), List.of(command)).exit() == 0;
        } catch (IOException e) {
            // no such command
            return false;
        }
    }
}
