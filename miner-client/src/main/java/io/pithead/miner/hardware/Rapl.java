package io.pithead.miner.hardware;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The processor packages' energy counters that Linux shows under powercap. They wrap around. */
final class Rapl {
    static final Path LINUX = Path.of("/sys/class/powercap");
    private static final double MICRO = 1e-6;

    private final List<Counter> counters;

    private Rapl(List<Counter> counters) {
        this.counters = counters;
    }

    /** Only packages: cores and memory controllers below them would be counted twice. */
    static Rapl open(Path powercap) {
        var found = new ArrayList<Counter>();
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(powercap, "*-rapl:[0-9]*")) {
            for (Path zone : zones) {
                if (zone.getFileName().toString().matches("[a-z]+-rapl:[0-9]+")) {
                    Counter.open(zone).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            return new Rapl(List.of());
        }
        return new Rapl(found);
    }

    boolean isReadable() {
        return !counters.isEmpty();
    }

    /** Joules since the last reading; empty when a counter could not be read. */
    OptionalDouble joulesSinceLast() {
        if (counters.isEmpty()) {
            return OptionalDouble.empty();
        }
        double joules = 0;
        boolean complete = true;
        for (Counter counter : counters) {
            OptionalDouble part = counter.advance();
            complete &= part.isPresent();
            joules += part.orElse(0);
        }
        return complete ? OptionalDouble.of(joules) : OptionalDouble.empty();
    }

    private static final class Counter {
        private final Path file;
        private final long range;
        private long last;

        private Counter(Path file, long range, long last) {
            this.file = file;
            this.range = range;
            this.last = last;
        }

        static Optional<Counter> open(Path zone) {
            try {
                Path file = zone.resolve("energy_uj");
                return Optional.of(new Counter(file, number(zone.resolve("max_energy_range_uj")), number(file)));
            } catch (IOException | NumberFormatException e) {
                return Optional.empty();
            }
        }

        OptionalDouble advance() {
            try {
                long now = number(file);
                long used = now >= last ? now - last : now + range - last;
                last = now;
                return used < 0 ? OptionalDouble.empty() : OptionalDouble.of(used * MICRO);
            } catch (IOException | NumberFormatException e) {
                return OptionalDouble.empty();
            }
        }

        private static long number(Path file) throws IOException {
            return Long.parseLong(Files.readString(file).strip());
        }
    }
}
