package io.pithead.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A container engine of the test's own: {@code dockerd} from Debian's docker.io, which needs root. */
public final class DockerEngine implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 60;
    private static final List<String> TOOLS = List.of(
            "sh",
            "sleep",
            "echo",
            "cat",
            "ls",
            "touch",
            "id",
            "mkdir",
            "dd",
            "yes",
            "head",
            "kill",
            "printf",
            "true",
            "false",
            "env",
            "ln",
            "rm",
            "date",
            "wget",
            "nc",
            "tr",
            "mount",
            "ps",
            "sha256sum");
    private static final Pattern LIBRARY = Pattern.compile("/[^ ()]+");
    private static final List<String> DRIVERS = List.of("overlay2", "vfs");

    private final Path folder;
    private final String driver;
    private final String bridge;
    private Process process;

    private DockerEngine(Path folder, String driver, String bridge, Process process) {
        this.folder = folder;
        this.driver = driver;
        this.bridge = bridge;
        this.process = process;
    }

    /** Why no container can be run here; empty when one was. Tried once in a virtual machine. */
    public static Optional<String> missing() {
        return Tried.PROBLEM;
    }

    /** In a class of its own, so that it is tried when somebody asks. */
    private static final class Tried {
        private static final Optional<String> PROBLEM = notInstalled().or(Tried::tryOut);

        private static Optional<String> tryOut() {
            try {
                return problemIn(Scratch.folder("pht"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
    }

    private static Optional<String> notInstalled() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("a container engine needs root");
        }
        return Stream.of("dockerd", "docker", "busybox", "ip")
                .filter(name -> Programs.find(name).isEmpty())
                .findFirst()
                .map(name -> name + " is not installed (Debian: docker.io busybox-static iproute2)");
    }

    /** What a machine without cgroups, a storage driver or the right to mount only shows when a container runs. */
    static Optional<String> problemIn(Path folder) throws InterruptedException {
        try (DockerEngine engine = start(folder)) {
            engine.importBusybox("try");
            engine.docker("run", "--rm", "--network=none", "try", "true");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("no container can be run here: " + lastLine(String.valueOf(e.getMessage())));
        }
    }

    private static String lastLine(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse(text);
    }

    /**
     * @param folder where everything of it lies; its path is short, since a socket is in it
     * @throws IOException with the end of the engine's log when it does not start
     */
    public static DockerEngine start(Path folder) throws IOException, InterruptedException {
        EngineTurn.take();
        try {
            return tryDrivers(folder);
        } catch (IOException | InterruptedException | RuntimeException e) {
            EngineTurn.give();
            throw e;
        }
    }

    private static DockerEngine tryDrivers(Path folder) throws IOException, InterruptedException {
        IOException why = new IOException("no storage driver");
        String bridge = makeBridge();
        Files.createDirectories(folder);
        for (String driver : DRIVERS) {
            try {
                return new DockerEngine(folder, driver, bridge, launch(folder, driver, bridge));
            } catch (IOException e) {
                why = e;
            }
        }
        removeBridge(bridge);
        deleteFolder(folder);
        throw why;
    }

    private static String makeBridge() throws IOException, InterruptedException {
        var random = ThreadLocalRandom.current();
        String name = "pht" + Integer.toString(random.nextInt(1 << 30), 36);
        String address = "10." + random.nextInt(128, 256) + "." + random.nextInt(256) + ".1/24";
        ip("link", "add", "name", name, "type", "bridge");
        ip("address", "add", address, "dev", name);
        ip("link", "set", name, "up");
        return name;
    }

    private static void removeBridge(String name) throws IOException, InterruptedException {
        ip("link", "delete", name);
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Programs.require("ip")));
        command.addAll(Arrays.asList(words));
        Programs.run(command);
    }

    private static Process launch(Path folder, String driver, String bridge) throws IOException, InterruptedException {
        Path log = folder.resolve("dockerd.log");
        Process process = new ProcessBuilder(
                        Programs.require("dockerd"),
                        "--host=" + host(folder),
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("docker.pid"),
                        "--storage-driver=" + driver,
                        // not the usual one, which belongs to the machine's own engine, and not none, which removes it
                        "--bridge=" + bridge,
                        "--containerd-namespace=pithead-testing",
                        "--containerd-plugins-namespace=pithead-testing-plugins",
                        "--shutdown-timeout=5",
                        "--log-level=warn")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!Programs.await(() -> !process.isAlive() || answers(folder), START) || !process.isAlive()) {
            process.destroyForcibly();
            containerd(folder).ifPresent(ProcessHandle::destroyForcibly);
            String text = Files.readString(log);
            throw new IOException("dockerd does not start: " + text.substring(Math.max(0, text.length() - 500)));
        }
        return process;
    }

    private static boolean answers(Path folder) {
        try {
            Programs.run(List.of(Programs.require("docker"), "-H", host(folder), "version"));
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String host(Path folder) {
        return "unix://" + folder.resolve("docker.sock");
    }

    /** {@code unix:///…}, as DOCKER_HOST takes it. */
    public String host() {
        return host(folder);
    }

    /** As {@code docker <words>} prints it. */
    public String docker(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Programs.require("docker"), "-H", host()));
        command.addAll(Arrays.asList(words));
        return Programs.run(command);
    }

    /**
     * Makes an image of a few hundred programs in one file, which needs no network.
     *
     * @param changes such as {@code USER 1000} or {@code ENTRYPOINT ["/bin/x"]}
     */
    public void importBusybox(String tag, String... changes) throws IOException, InterruptedException {
        Path root = folder.resolve("image");
        Path bin = Files.createDirectories(root.resolve("bin"));
        if (!Files.exists(bin.resolve("busybox"))) {
            Files.copy(Path.of(Programs.require("busybox")), bin.resolve("busybox"));
            bin.resolve("busybox").toFile().setExecutable(true, false);
            for (String tool : TOOLS) {
                Files.createSymbolicLink(bin.resolve(tool), Path.of("busybox"));
            }
            Files.createDirectories(root.resolve("etc"));
            Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n");
        }
        Path tar = folder.resolve("image.tar");
        Programs.run(List.of(Programs.require("tar"), "-C", root.toString(), "-cf", tar.toString(), "."));
        var words = new ArrayList<>(List.of("import"));
        for (String change : changes) {
            words.addAll(List.of("--change", change));
        }
        words.addAll(List.of(tar.toString(), tag));
        docker(words.toArray(String[]::new));
    }

    /**
     * The same image with one more program of this machine, and the libraries that it is linked to: such as perl, which every
     * Debian has and which speaks to a socket with nothing but itself.
     */
    public void importWith(String program, String tag) throws IOException, InterruptedException {
        Path root = folder.resolve("image");
        Path file = Path.of(Programs.require(program));
        Files.createDirectories(root.resolve("bin"));
        Files.copy(file, root.resolve("bin").resolve(program), StandardCopyOption.REPLACE_EXISTING);
        importLibraries(file, tag);
    }

    /** The same image with what this program or library is linked to. */
    public void importLibraries(Path file, String tag) throws IOException, InterruptedException {
        Path root = folder.resolve("image");
        Matcher library = LIBRARY.matcher(Programs.run(List.of(Programs.require("ldd"), file.toString())));
        while (library.find()) {
            Path inside = root.resolve(library.group().substring(1));
            Files.createDirectories(inside.getParent());
            Files.copy(Path.of(library.group()), inside, StandardCopyOption.REPLACE_EXISTING);
        }
        importBusybox(tag);
    }

    /** An image that holds nothing and says that it is for another machine. */
    public void loadEmpty(String tag, String architecture) throws IOException, InterruptedException {
        Path parts = Files.createDirectories(folder.resolve("parts"));
        Path nothing = Files.createDirectories(folder.resolve("nothing"));
        String tar = Programs.require("tar");
        Path layer = parts.resolve("layer.tar");
        Programs.run(List.of(tar, "-C", nothing.toString(), "-cf", layer.toString(), "."));
        String digest = Programs.run(List.of(Programs.require("sha256sum"), layer.toString()))
                .split(" ", 2)[0];
        Files.writeString(parts.resolve("config.json"), """
                {"architecture":"%s","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
                """.formatted(architecture, digest));
        Files.writeString(parts.resolve("manifest.json"), """
                [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]
                """.formatted(tag));
        Path image = folder.resolve("empty.tar");
        Programs.run(List.of(tar, "-C", parts.toString(), "-cf", image.toString(), "."));
        docker("load", "-i", image.toString());
    }

    /** As the system stops it: what runs on it is stopped too. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    /** As after a crash: what runs on it is ended by the next start. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        containerd(folder).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static Optional<ProcessHandle> containerd(Path folder) {
        try {
            String pid = Files.readString(folder.resolve("exec/containerd/containerd.pid"));
            return ProcessHandle.of(Long.parseLong(pid.strip()))
                    .filter(found -> found.info().command().orElse("").endsWith("containerd"));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    public void startAgain() throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve("docker.pid"));
        process = launch(folder, driver, bridge);
    }

    /** Once. Everything of it goes: containers, networks, which would outlive it, and its folder. */
    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                removeAll("container", "ls", "-aq", "rm", "-f");
                removeAll("network", "ls", "-q", "rm", null);
            }
            stop();
            containerd(folder).ifPresent(ProcessHandle::destroy);
            removeBridge(bridge);
            deleteFolder(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            EngineTurn.give();
        }
    }

    private void removeAll(String kind, String list, String flag, String remove, @Nullable String force)
            throws InterruptedException {
        try {
            String filter = kind.equals("network") ? "--filter=type=custom" : "--no-trunc";
            for (String id : docker(kind, list, flag, filter).lines().toList()) {
                docker(Stream.of(kind, remove, force, id)
                        .filter(word -> word != null)
                        .toArray(String[]::new));
            }
        } catch (IOException e) {
            // what is left goes with the folder
        }
    }

    /** A daemon mounts its data onto itself, and takes that back only when it had started. */
    private static void unmount(Path data) {
        try {
            Programs.run(List.of(Programs.require("umount"), "--lazy", data.toString()));
        } catch (IOException e) {
            // it was not mounted
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        unmount(folder.resolve("data"));
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    // a mount that is still going away; the folder is a temporary one
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
