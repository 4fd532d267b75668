package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Parameters;

/** {@code pithead run …} (API.md, Runs). */
@picocli.CommandLine.Command(
        name = "run",
        description = "Compute pools on a chain.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RunCommands.Create.class,
            RunCommands.Planning.class,
            RunCommands.Listing.class,
            RunCommands.Status.class,
            RunCommands.Nodes.class,
            RunCommands.Start.class,
            RunCommands.Close.class
        })
final class RunCommands extends Group {
    private static final String RUNS = "/v1/runs";
    private static final String[] FACTS = {
        "id",
        "name",
        "chain",
        "number",
        "state",
        "nodes",
        "max_nodes",
        "ends_at",
        "budget",
        "escrow/reserved",
        "escrow/credited",
        "escrow/released",
        "escrow/returned",
        "requirements",
        "owner",
        "manager",
        "problem"
    };

    /** Commands about one run. */
    abstract static class One extends Command {
        @Parameters(paramLabel = "ID", description = "the run")
        UUID id;

        final int order(Rest rest, Screen screen, String order) throws Refusal, IOException, InterruptedException {
            JsonNode run = rest.post(RUNS + "/" + id + "/" + order, Map.of());
            return show(screen, run, () -> screen.facts(run, FACTS));
        }
    }

    @picocli.CommandLine.Command(
            name = "create",
            description = "Creates the run that a file describes, and prints its id.",
            mixinStandardHelpOptions = true)
    static final class Create extends Command {
        @Parameters(paramLabel = "FILE", description = "the run in YAML or JSON; - reads it from the input")
        private String file;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            JsonNode run = rest.post(RUNS, Documents.read(file));
            return show(screen, run, () -> screen.line(Text.of(run.path("id"))));
        }
    }

    @picocli.CommandLine.Command(
            name = "plan",
            description = "Shows which nodes the run of a file would get and what it would cost, and makes nothing.",
            mixinStandardHelpOptions = true)
    static final class Planning extends Command {
        @Parameters(paramLabel = "FILE", description = "the run in YAML or JSON; - reads it from the input")
        private String file;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            return Plan.of(rest, screen, isJson(), RUNS, Documents.read(file));
        }
    }

    @picocli.CommandLine.Command(
            name = "list",
            description = "Lists the account's runs, newest first.",
            mixinStandardHelpOptions = true)
    static final class Listing extends ListCommand {
        @Override
        String path() {
            return RUNS;
        }

        @Override
        String[] columns() {
            return new String[] {"id", "name", "state", "nodes", "budget", "ends_at", "problem"};
        }
    }

    @picocli.CommandLine.Command(name = "status", description = "Shows a run.", mixinStandardHelpOptions = true)
    static final class Status extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode run = rest.get(RUNS + "/" + id);
            return show(screen, run, () -> screen.facts(run, FACTS));
        }
    }

    @picocli.CommandLine.Command(name = "nodes", description = "Lists a run's nodes.", mixinStandardHelpOptions = true)
    static final class Nodes extends ListCommand {
        @Parameters(paramLabel = "ID", description = "the run")
        private UUID id;

        @Override
        String path() {
            return RUNS + "/" + id + "/nodes";
        }

        @Override
        String[] columns() {
            return new String[] {"address", "state", "reason", "since", "provider"};
        }
    }

    @picocli.CommandLine.Command(name = "start", description = "Lets nodes come.", mixinStandardHelpOptions = true)
    static final class Start extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            return order(rest, screen, "start");
        }
    }

    @picocli.CommandLine.Command(
            name = "close",
            description = "Ends a run; its rest of the money comes back.",
            mixinStandardHelpOptions = true)
    static final class Close extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            return order(rest, screen, "close");
        }
    }
}
