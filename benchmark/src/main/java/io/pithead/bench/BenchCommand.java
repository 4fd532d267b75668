package io.pithead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line of {@code ./bench}. */
@Command(
        name = "bench",
        sortOptions = false,
        description = "Measures a server of its own over HTTPS, each figure beside its limit from the same run.")
public final class BenchCommand implements Callable<Integer> {
    private static final int EXIT_FAILED = 1;
    private static final int MAX_SECONDS = 600;

    @Option(names = "--jar", required = true, hidden = true, paramLabel = "FILE")
    private Path jar = Path.of("pithead.jar");

    @Option(names = "--gas", required = true, hidden = true, paramLabel = "FILE")
    private Path gas = Path.of("GAS.md");

    @Option(names = "--results", required = true, hidden = true, paramLabel = "FILE")
    private Path results = Path.of("RESULTS.md");

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROW",
            description =
                    "some of: epochs, challenges, simulation, heartbeats, jobs, batched, latency, parked, containers, engine,"
                            + " chain, verifications, boot")
    private @Nullable List<String> only;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "each rate is measured this long, after a warm-up (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--fleets",
            split = ",",
            paramLabel = "N",
            description = "nodes of the containers row, in rising order (default: 10,1000,3000,10000)")
    private @Nullable List<Integer> fleets;

    @Option(
            names = "--quick",
            description = "a few seconds each and 1,000 parked miners: says that it runs, not how fast")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "writes the figures as one flat object, too")
    private @Nullable Path json;

    @Option(
            names = "--record",
            paramLabel = "NOTE",
            description = "appends the table to benchmark/RESULTS.md under this note")
    private @Nullable String record;

    @Option(
            names = "--java-flag",
            paramLabel = "FLAG",
            description = "one more flag for the server's Java, to try something or to record a profile")
    private @Nullable List<String> javaFlags;

    @Option(names = "--keep", paramLabel = "DIR", description = "works there and leaves everything for a look")
    private @Nullable Path keep;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "says this")
    private boolean help;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Picocli makes it. */
    public BenchCommand() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchCommand()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Row> rows = rows();
        Machine machine = Machine.here();
        System.out.println(machine.line());
        Path folder = keep == null ? Files.createTempDirectory("pithead-bench") : Files.createDirectories(keep);
        try {
            Figures figures =
                    new Bench(jar, gas, folder, javaFlags == null ? List.of() : javaFlags, sizes(), rows).run();
            report(machine, figures);
            return 0;
        } catch (IOException | SQLException e) {
            System.err.println("bench: " + e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause()));
            return EXIT_FAILED;
        } finally {
            if (keep == null) {
                delete(folder);
            }
        }
    }

    private void report(Machine machine, Figures figures) throws IOException {
        System.out.println();
        System.out.print(figures.table());
        if (json != null) {
            Files.writeString(json, figures.json() + "\n");
        }
        if (record != null) {
            Files.writeString(
                    results,
                    "\n## " + machine.at() + ": " + record + "\n\n" + machine.line() + "\n\n" + figures.table(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    private Sizes sizes() {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ParameterException(spec.commandLine(), "--seconds must be from 1 to " + MAX_SECONDS);
        }
        Sizes usual = quick ? Sizes.quick() : Sizes.full(Duration.ofSeconds(seconds));
        return fleets == null ? usual : usual.withFleets(fleets);
    }

    private Set<Row> rows() {
        if (only == null) {
            return EnumSet.allOf(Row.class);
        }
        var rows = EnumSet.noneOf(Row.class);
        for (String word : only) {
            rows.add(Row.of(word)
                    .orElseThrow(() -> new ParameterException(spec.commandLine(), "there is no row " + word)));
        }
        return rows;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) inside.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
