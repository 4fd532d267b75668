package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pithead node …}. */
@picocli.CommandLine.Command(
        name = "node",
        description = "Machines: those of the market, and an operator's view of them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            NodeCommands.Listing.class,
            NodeCommands.Status.class,
            NodeCommands.History.class,
            NodeCommands.Drain.class,
            NodeCommands.Earnings.class,
            NodeCommands.Reputation.class,
            NodeCommands.Ban.class,
            NodeCommands.Unban.class
        })
final class NodeCommands extends Group {
    private static final String ADMIN = "/v1/admin/nodes";

    @picocli.CommandLine.Command(
            name = "list",
            description = {"Lists nodes that run containers;", "with --all and a key of scope admin, every node."},
            mixinStandardHelpOptions = true)
    static final class Listing extends ListCommand {
        @Option(names = "--all", description = "every node, for operators")
        private boolean all;

        @Override
        String path() {
            return all ? ADMIN : "/nodes";
        }

        @Override
        String member() {
            return all ? "items" : "nodes";
        }

        @Override
        String[] columns() {
            return all
                    ? new String[] {
                        "id", "miner_id", "mode", "online", "draining", "held", "concurrency", "ban", "last_seen_at"
                    }
                    : new String[] {"address", "status", "task_id", "task_state"};
        }
    }

    @picocli.CommandLine.Command(
            name = "status",
            description = "Shows a node: whether it is there, what it holds, what it did; needs a key of scope admin.",
            mixinStandardHelpOptions = true)
    static final class Status extends Command {
        @Parameters(paramLabel = "ID", description = "the node")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode node = rest.get(ADMIN + "/" + id);
            return show(screen, node, () -> {
                screen.facts(
                        node,
                        "id",
                        "account",
                        "miner_id",
                        "mode",
                        "online",
                        "last_seen_at",
                        "draining",
                        "ban",
                        "held",
                        "concurrency",
                        "load",
                        "capabilities/hardware/cpu/model",
                        "capabilities/hardware/cpu/cores",
                        "capabilities/limits/ram_mb",
                        "created_at");
                if (!node.path("work").isEmpty()) {
                    screen.table(node.path("work"), "workload", "jobs", "work", "unit");
                }
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "history",
            description = "Lists what a node was, the newest first, with why and by whom; needs a key of scope admin.",
            mixinStandardHelpOptions = true)
    static final class History extends ListCommand {
        @Parameters(paramLabel = "ID", description = "the node")
        private UUID id;

        @Override
        String path() {
            return ADMIN + "/" + id + "/history";
        }

        @Override
        String[] columns() {
            return new String[] {"at", "state", "why", "actor"};
        }
    }

    @picocli.CommandLine.Command(
            name = "drain",
            description = {
                "Gives a machine of the account's no new jobs; what it runs goes on.",
                "Needs a key of scope miner. It takes jobs again when its miner starts anew."
            },
            mixinStandardHelpOptions = true)
    static final class Drain extends Command {
        @Parameters(paramLabel = "MINER_ID", description = "the machine's name, as its miner says it")
        private String minerId;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.post("/v1/miner/drain", Map.of("miner_id", minerId));
            return show(screen, answer, () -> screen.note("it gets no new jobs"));
        }
    }

    @picocli.CommandLine.Command(
            name = "earnings",
            description = "Shows what each machine of the account's earned; needs a key of scope miner.",
            mixinStandardHelpOptions = true)
    static final class Earnings extends Command {
        @Option(names = "--days", paramLabel = "DAYS", description = "so many, 1 to 31 (7)")
        private int days = 7;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.get("/v1/wallet/earnings?days=" + days);
            return show(screen, answer, () -> {
                screen.table(answer.path("items"), "miner_id", "node", "jobs", "earned", "withdrawn");
                if (answer.path("more").asBoolean()) {
                    screen.note("there was more than could be counted: these are the latest payments");
                }
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "reputation",
            description = "Shows a node's score and all that it follows from.",
            mixinStandardHelpOptions = true)
    static final class Reputation extends Command {
        @Parameters(paramLabel = "ID", description = "the node")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode view = rest.get("/v1/nodes/" + id + "/reputation");
            return show(screen, view, () -> {
                screen.facts(view, "node", "score", "newcomer", "at");
                for (String part : new String[] {"inputs", "factors", "suspicion"}) {
                    view.path(part)
                            .properties()
                            .forEach(one -> screen.line(
                                    part + " " + Text.plain(one.getKey()) + "  " + Text.of(one.getValue())));
                }
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "ban",
            description = "Gives a node no more work, and its work to others; needs a key of scope admin.",
            mixinStandardHelpOptions = true)
    static final class Ban extends Command {
        @Parameters(paramLabel = "ID", description = "the node")
        private UUID id;

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "its owner is told")
        private String reason;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.post(ADMIN + "/" + id + "/ban", Map.of("reason", reason));
            return show(screen, answer, () -> screen.note("banned"));
        }
    }

    @picocli.CommandLine.Command(name = "unban", description = "Lifts a ban.", mixinStandardHelpOptions = true)
    static final class Unban extends Command {
        @Parameters(paramLabel = "ID", description = "the node")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.delete(ADMIN + "/" + id + "/ban");
            return show(screen, answer, () -> screen.note("lifted"));
        }
    }
}
