package io.pithead.miner.hardware;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A job's process and everything that descends from it. On Linux also every process of its session, because one whose
 * parent died belongs to init and is nobody's descendant any more.
 */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");
    /** Linux counts process times in hundredths of a second for every program that asks. */
    private static final long TICK_MS = 10;

    private static final long PAGE_BYTES = 4_096;
    private static final int KILL_ROUNDS = 40;
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(25);

    private final ProcessHandle root;

    public ProcessTree(ProcessHandle root) {
        this.root = root;
    }

    /** Memory and processor time of the whole tree. */
    public record Usage(long rssBytes, long cpuMs) {}

    /** Empty where the machine does not say. */
    public Optional<Usage> usage() {
        Collection<Stat> members = members(stats()).values();
        if (members.isEmpty()) {
            return Optional.empty();
        }
        long rss = members.stream().mapToLong(Stat::rssBytes).sum();
        long cpu = members.stream().mapToLong(Stat::cpuMs).sum();
        return Optional.of(new Usage(rss, cpu));
    }

    /** Kills until nothing of the tree is left, because a process may fork while it is being killed. */
    public boolean kill() {
        for (int round = 0; round < KILL_ROUNDS; round++) {
            List<ProcessHandle> alive = alive();
            if (alive.isEmpty()) {
                return true;
            }
            alive.forEach(ProcessHandle::destroyForcibly);
            try {
                Thread.sleep(BETWEEN_ROUNDS);
            } catch (InterruptedException e) {
                // the processes must go even when the caller is in a hurry
                alive().forEach(ProcessHandle::destroyForcibly);
                Thread.currentThread().interrupt();
                return alive().isEmpty();
            }
        }
        return alive().isEmpty();
    }

    private List<ProcessHandle> alive() {
        Stream<ProcessHandle> family = Stream.concat(Stream.of(root), root.descendants());
        Stream<ProcessHandle> session =
                members(stats()).keySet().stream().map(ProcessHandle::of).flatMap(Optional::stream);
        return Stream.concat(family, session)
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private Map<Long, Stat> members(Map<Long, Stat> all) {
        var members = new HashMap<Long, Stat>();
        all.forEach((pid, stat) -> {
            if (!stat.isDead() && (pid == root.pid() || stat.session() == root.pid() || descends(pid, all))) {
                members.put(pid, stat);
            }
        });
        return members;
    }

    private boolean descends(long pid, Map<Long, Stat> all) {
        Stat stat = all.get(pid);
        for (int depth = 0; stat != null && depth < all.size(); depth++) {
            if (stat.parent() == root.pid()) {
                return true;
            }
            stat = all.get(stat.parent());
        }
        return false;
    }

    private record Stat(char state, long parent, long session, long cpuMs, long rssBytes) {
        boolean isDead() {
            return state == 'Z' || state == 'X';
        }
    }

    private static Map<Long, Stat> stats() {
        var stats = new HashMap<Long, Stat>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                stat(process)
                        .ifPresent(stat ->
                                stats.put(Long.valueOf(process.getFileName().toString()), stat));
            }
        } catch (IOException e) {
            return Map.of();
        }
        return stats;
    }

    /** Fields by proc(5); the name in parentheses may hold anything, so they are counted from its end. */
    private static Optional<Stat> stat(Path process) {
        try {
            String line = Files.readString(process.resolve("stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", 23);
            long ticks = Long.parseLong(fields[11])
                    + Long.parseLong(fields[12])
                    + Long.parseLong(fields[13])
                    + Long.parseLong(fields[14]);
            return Optional.of(new Stat(
                    fields[0].charAt(0),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[3]),
                    ticks * TICK_MS,
                    Long.parseLong(fields[21]) * PAGE_BYTES));
        } catch (IOException | RuntimeException e) {
            // it ended between the listing and the reading
            return Optional.empty();
        }
    }
}
