package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Parameters;

/** {@code pithead admin …}, of an operator. */
@picocli.CommandLine.Command(
        name = "admin",
        description = "What an operator looks at; needs a key of scope admin.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AdminCommands.Stats.class,
            AdminCommands.Accounts.class,
            AdminCommands.AccountOf.class,
            AdminCommands.Queues.class,
            AdminCommands.Jobs.class,
            AdminCommands.Deposits.class,
            AdminCommands.Confirm.class,
            AdminCommands.Disagreements.class,
            AdminCommands.Audit.class,
            UserCommands.class
        })
final class AdminCommands extends Group {
    @picocli.CommandLine.Command(
            name = "stats",
            description = "Figures of the moment.",
            mixinStandardHelpOptions = true)
    static final class Stats extends Command {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode stats = rest.get("/v1/admin/stats");
            return show(
                    screen,
                    stats,
                    () -> screen.facts(
                            stats,
                            "queued",
                            "leased",
                            "running",
                            "nodes",
                            "nodes_online",
                            "completed_last_hour",
                            "avg_job_ms",
                            "at"));
        }
    }

    @picocli.CommandLine.Command(
            name = "queues",
            description = "Depths and dead letters.",
            mixinStandardHelpOptions = true)
    static final class Queues extends Command {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode queues = rest.get("/v1/admin/queues");
            return show(screen, queues, () -> {
                screen.table(queues.path("queues"), "name", "depth", "consumers", "dead");
                screen.facts(queues, "outbox/size", "outbox/oldest_seconds", "webhooks/pending", "webhooks/dead");
            });
        }
    }

    /** A list and nothing else. */
    private abstract static class Plain extends ListCommand {
        private final String path;
        private final String[] columns;

        Plain(String path, String... columns) {
            this.path = "/v1/admin/" + path;
            this.columns = columns;
        }

        @Override
        String path() {
            return path;
        }

        @Override
        String[] columns() {
            return columns.clone();
        }
    }

    @picocli.CommandLine.Command(name = "accounts", description = "Lists accounts.", mixinStandardHelpOptions = true)
    static final class Accounts extends Plain {
        Accounts() {
            super("accounts", "id", "name", "weight", "created_at", "disabled_at");
        }
    }

    @picocli.CommandLine.Command(
            name = "account",
            description = "Makes an account, and prints its id.",
            mixinStandardHelpOptions = true)
    static final class AccountOf extends Command {
        @Parameters(paramLabel = "NAME", description = "what it is called")
        private String name;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode account = rest.post("/v1/admin/accounts", Map.of("name", name));
            return show(screen, account, () -> screen.line(Text.of(account.path("id"))));
        }
    }

    @picocli.CommandLine.Command(
            name = "jobs",
            description = "Lists jobs of all accounts.",
            mixinStandardHelpOptions = true)
    static final class Jobs extends Plain {
        Jobs() {
            super("jobs", "id", "state", "workload", "price", "attempt", "node", "error_code", "submitted_at");
        }
    }

    @picocli.CommandLine.Command(name = "deposits", description = "Lists deposits.", mixinStandardHelpOptions = true)
    static final class Deposits extends Plain {
        Deposits() {
            super("deposits", "id", "amount", "state", "reference", "created_at");
        }
    }

    @picocli.CommandLine.Command(
            name = "confirm",
            description = "Confirms a deposit that has come.",
            mixinStandardHelpOptions = true)
    static final class Confirm extends Command {
        @Parameters(paramLabel = "ID", description = "the deposit")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode deposit = rest.post("/v1/admin/deposits/" + id + "/confirm", Map.of());
            return show(screen, deposit, () -> screen.facts(deposit, "id", "amount", "state"));
        }
    }

    @picocli.CommandLine.Command(
            name = "disagreements",
            description = "Lists decisions about replicas that did not all answer the same.",
            mixinStandardHelpOptions = true)
    static final class Disagreements extends Plain {
        Disagreements() {
            super("disagreements", "at", "decision", "reason", "job");
        }
    }

    @picocli.CommandLine.Command(
            name = "audit",
            description = "Lists who changed what.",
            mixinStandardHelpOptions = true)
    static final class Audit extends Plain {
        Audit() {
            super("audit", "at", "key_hint", "from", "action", "target", "before", "facts");
        }
    }
}
