package io.pithead.miner.container.core;

import java.util.List;
import java.util.Map;

/** What a container that tries the engine looks at from inside, and what it must find. */
public final class ProbeCheck {
    public static final int PIDS = 77;
    public static final long MEMORY_MB = 48;

    /** Needs a shell and nothing else; the limits have other names under the two versions of cgroups. */
    public static final String SCRIPT = """
            while read -r line; do echo "$line"; done < /proc/self/status
            for f in /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max; do
              [ -r $f ] && read -r n < $f && echo "pids=$n"; done
            for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
              [ -r $f ] && read -r n < $f && echo "memory=$n"; done
            command -v sha256sum > /dev/null && echo "sums=there"
            [ -c /dev/nvidiactl ] && echo "gpu=there"
            (: > /written) 2>/dev/null && echo "root=writable"
            exit 0
            """;

    private static final Map<String, String> WANTED = Map.of(
            "CapEff:\t0000000000000000",
            "a container has capabilities",
            "CapBnd:\t0000000000000000",
            "a container could gain capabilities",
            "NoNewPrivs:\t1",
            "a container could gain privileges",
            "Seccomp:\t2",
            "the engine filters no system calls",
            "pids=" + PIDS,
            "the limit of processes does not hold",
            "memory=" + MEMORY_MB * 1024 * 1024,
            "the limit of memory does not hold");

    private ProbeCheck() {}

    /** Whether the container had what every container with a GPU has. */
    public static boolean sawGpu(String output) {
        return output.lines().map(String::strip).anyMatch("gpu=there"::equals);
    }

    /** Whether it can answer a challenge too. */
    public static boolean makesSums(String output) {
        return output.lines().map(String::strip).anyMatch("sums=there"::equals);
    }

    /** Empty when all is well. */
    public static String problem(Seen end, String output) {
        if (end.exitCode() != 0) {
            return "a container ended with code " + end.exitCode() + ": " + end.error();
        }
        List<String> lines = output.lines().map(String::strip).toList();
        if (lines.contains("root=writable")) {
            return "a container can write to its root";
        }
        return WANTED.entrySet().stream()
                .filter(wanted ->
                        !lines.contains(wanted.getKey().replace("\t", " ")) && !lines.contains(wanted.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .findFirst()
                .orElse("");
    }
}
