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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pithead task …} (API.md, Container tasks). */
@picocli.CommandLine.Command(
        name = "task",
        description = "Runs containers on nodes.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TaskCommands.Apply.class,
            TaskCommands.Planning.class,
            TaskCommands.Listing.class,
            TaskCommands.Status.class,
            TaskCommands.Logs.class,
            TaskCommands.Pause.class,
            TaskCommands.Resume.class,
            TaskCommands.Stop.class,
            TaskCommands.Delete.class,
            TaskCommands.Restart.class,
            TaskCommands.Files.class
        })
final class TaskCommands extends Group {
    private static final String TASKS = "/tasks";

    /** Commands about one task. */
    abstract static class One extends Command {
        @Parameters(paramLabel = "ID", description = "the task")
        UUID id;

        final int print(Screen screen, JsonNode answer) {
            return show(screen, answer, () -> TaskCommands.print(screen, answer.path("task")));
        }
    }

    private static void print(Screen screen, JsonNode task) {
        screen.facts(
                task,
                "id",
                "name",
                "image",
                "state",
                "wanted",
                "reason",
                "warning",
                "spent",
                "created_at",
                "finished_at");
        JsonNode nodes = task.path("nodes");
        if (!nodes.isEmpty()) {
            screen.table(nodes, "address", "state", "restarts", "exit_code", "reason", "job");
        }
    }

    @picocli.CommandLine.Command(
            name = "apply",
            description = "Creates the task that a file describes, and prints its id.",
            mixinStandardHelpOptions = true)
    static final class Apply extends Command {
        @Parameters(paramLabel = "FILE", description = "the task in YAML or JSON; - reads it from the input")
        private String file;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            JsonNode answer = rest.post(TASKS, Documents.read(file));
            return show(screen, answer, () -> screen.line(Text.of(answer.at("/task/id"))));
        }
    }

    @picocli.CommandLine.Command(
            name = "plan",
            description = "Shows which nodes the task of a file would get and what it would cost, and makes nothing.",
            mixinStandardHelpOptions = true)
    static final class Planning extends Command {
        @Parameters(paramLabel = "FILE", description = "the task in YAML or JSON; - reads it from the input")
        private String file;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            return Plan.of(rest, screen, isJson(), TASKS, Documents.read(file));
        }
    }

    @picocli.CommandLine.Command(
            name = "list",
            description = "Lists the account's tasks, newest first.",
            mixinStandardHelpOptions = true)
    static final class Listing extends ListCommand {
        @Override
        String path() {
            return TASKS;
        }

        @Override
        String member() {
            return "tasks";
        }

        @Override
        String[] columns() {
            return new String[] {"id", "name", "state", "image", "reason", "created_at"};
        }
    }

    @picocli.CommandLine.Command(
            name = "status",
            description = "Shows a task and its nodes.",
            mixinStandardHelpOptions = true)
    static final class Status extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            return print(screen, rest.get(TASKS + "/" + id));
        }
    }

    @picocli.CommandLine.Command(
            name = "logs",
            description = "Prints what a task's container wrote on one node; with -f, as it comes.",
            mixinStandardHelpOptions = true)
    static final class Logs extends One {
        @Option(names = "--node", paramLabel = "ADDRESS", description = "which one, where there are several")
        private @Nullable String node;

        @Option(
                names = {"-f", "--follow"},
                description = "until it ends")
        private boolean follow;

        @Option(names = "--tail", paramLabel = "N", description = "the last lines only")
        private @Nullable Integer tail;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            String job = job(rest.get(TASKS + "/" + id).at("/task/nodes"));
            var logs = new LogPrinter(rest, screen, isJson(), false);
            return logs.print(job, follow, tail);
        }

        private String job(JsonNode nodes) throws UsageException {
            if (nodes.isEmpty()) {
                throw new UsageException("it is on no node yet: pithead task status " + id);
            }
            if (node == null && nodes.size() > 1) {
                throw new UsageException("it is on " + nodes.size() + " nodes: --node ADDRESS; pithead task status "
                        + id + " lists them");
            }
            for (JsonNode one : nodes) {
                if (node == null || one.path("address").asText().equals(node)) {
                    return one.path("job").asText();
                }
            }
            throw new UsageException("it is not on " + Text.plain(String.valueOf(node)));
        }
    }

    /** An order that the nodes carry out. */
    abstract static class Order extends One {
        private final String order;

        Order(String order) {
            this.order = order;
        }

        @Override
        final int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            return print(screen, rest.post(TASKS + "/" + id + "/" + order, Map.of()));
        }
    }

    @picocli.CommandLine.Command(
            name = "pause",
            description = "Holds its containers still.",
            mixinStandardHelpOptions = true)
    static final class Pause extends Order {
        Pause() {
            super("pause");
        }
    }

    @picocli.CommandLine.Command(name = "resume", description = "Lets them go on.", mixinStandardHelpOptions = true)
    static final class Resume extends Order {
        Resume() {
            super("resume");
        }
    }

    @picocli.CommandLine.Command(
            name = "stop",
            description = "Ends its containers; what they did stays to be read.",
            mixinStandardHelpOptions = true)
    static final class Stop extends Order {
        Stop() {
            super("stop");
        }
    }

    @picocli.CommandLine.Command(name = "delete", description = "Ends its containers.", mixinStandardHelpOptions = true)
    static final class Delete extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.delete(TASKS + "/" + id);
            return show(screen, answer, () -> screen.note("its containers end"));
        }
    }

    @picocli.CommandLine.Command(
            name = "restart",
            description = "Starts the account's containers on a node anew.",
            mixinStandardHelpOptions = true)
    static final class Restart extends Command {
        @Parameters(paramLabel = "ADDRESS", description = "the node")
        private UUID address;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.post("/nodes/" + address + "/restart", Map.of());
            return show(screen, answer, () -> screen.facts(answer, "containers"));
        }
    }

    @picocli.CommandLine.Command(
            name = "files",
            description = "Lists what its containers brought, newest first.",
            mixinStandardHelpOptions = true)
    static final class Files extends ListCommand {
        @Parameters(paramLabel = "ID", description = "the task")
        private UUID id;

        @Override
        String path() {
            return TASKS + "/" + id + "/files";
        }

        @Override
        String member() {
            return "files";
        }

        @Override
        String[] columns() {
            return new String[] {"name", "bytes", "sha256", "address", "at"};
        }
    }
}
