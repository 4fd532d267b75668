package io.pithead.miner.workload;

import io.pithead.protocol.node.Mode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Starts a process of our own classes: low in priority, in a session of its own, and with nothing of the miner's environment. */
public final class ChildLaunch {
    private static final List<String> KEPT_VARIABLES = List.of("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES");
    private static final Path TOOLS = Path.of("/usr/bin");

    private ChildLaunch() {}

    /**
     * @param folder where it works
     * @param memory Java's options for it
     * @param environment what it needs to be told beside what all are told
     */
    public static Process start(
            ChildSettings settings,
            Path folder,
            List<String> memory,
            Map<String, String> environment,
            Class<?> main,
            String... arguments)
            throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        var command = new ArrayList<>(command(settings, folder, temporary, memory));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> inherited = builder.environment();
        var kept = KEPT_VARIABLES.stream()
                .filter(inherited::containsKey)
                .collect(Collectors.toMap(name -> name, inherited::get));
        // nothing of ours, the key above all, is the child's business
        inherited.clear();
        inherited.putAll(kept);
        inherited.put("PATH", "/usr/bin:/bin");
        inherited.put("LANG", "C.UTF-8");
        inherited.put("HOME", folder.toString());
        inherited.put("TMPDIR", temporary.toString());
        inherited.put("OMP_NUM_THREADS", Integer.toString(settings.threads()));
        inherited.putAll(environment);
        if (settings.mode() == Mode.CPU) {
            inherited.put("CUDA_VISIBLE_DEVICES", "");
        }
        return builder.start();
    }

    private static List<String> command(ChildSettings settings, Path folder, Path temporary, List<String> memory) {
        var command = new ArrayList<String>();
        tool("setsid").ifPresent(command::add);
        tool("nice").ifPresent(nice -> command.addAll(List.of(nice, "-n", Integer.toString(settings.nice()))));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(memory);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath()));
        return command;
    }

    private static Optional<String> tool(String name) {
        Path tool = TOOLS.resolve(name);
        return Files.isExecutable(tool) ? Optional.of(tool.toString()) : Optional.empty();
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
