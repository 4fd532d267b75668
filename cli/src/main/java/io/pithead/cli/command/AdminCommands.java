package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
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
            AdminCommands.Retry.class,
            AdminCommands.Discard.class,
            AdminCommands.Drain.class,
            AdminCommands.SettingsOf.class,
            AdminCommands.Jobs.class,
            AdminCommands.Deposits.class,
            AdminCommands.Confirm.class,
            AdminCommands.Disagreements.class,
            AdminCommands.Disputes.class,
            AdminCommands.LedgerOf.class,
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

    /** What is done with what could not be delivered. */
    private abstract static class Letters extends Command {
        @Parameters(
                index = "0",
                paramLabel = "QUEUE",
                description = "as admin queues names it, or webhooks for calls given up")
        private String queue;

        final JsonNode ask(Rest rest, String what, Map<String, Object> which)
                throws Refusal, IOException, InterruptedException {
            String path = queue.equals("webhooks") ? "/v1/admin/webhooks" : "/v1/admin/queues/" + Rest.part(queue);
            return rest.post(path + "/dead/" + what, which);
        }
    }

    @picocli.CommandLine.Command(
            name = "retry",
            description = "Sends dead letters again: one, or all of a queue, a thousand at a time.",
            mixinStandardHelpOptions = true)
    static final class Retry extends Letters {
        @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "one letter; all without it")
        private @Nullable String id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = ask(rest, "retry", id == null ? Map.of() : Map.of("id", id));
            return show(screen, answer, () -> screen.facts(answer, "retried", "more"));
        }
    }

    @picocli.CommandLine.Command(
            name = "discard",
            description = "Throws dead letters away for good: one, or all of a queue, a thousand at a time.",
            mixinStandardHelpOptions = true)
    static final class Discard extends Letters {
        @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "one letter")
        private @Nullable String id;

        @Option(names = "--all", description = "all of them")
        private boolean all;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            if ((id != null) == all) {
                throw new UsageException("say what goes for good: one letter's ID, or --all");
            }
            JsonNode answer = ask(rest, "discard", id == null ? Map.of("all", true) : Map.of("id", id));
            return show(screen, answer, () -> screen.facts(answer, "discarded", "more"));
        }
    }

    @picocli.CommandLine.Command(
            name = "drain",
            description = {
                "Gives a node no new jobs; what it runs goes on.",
                "It takes jobs again when its miner starts anew."
            },
            mixinStandardHelpOptions = true)
    static final class Drain extends Command {
        @Parameters(paramLabel = "ID", description = "the node")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode answer = rest.post("/v1/admin/nodes/" + id + "/drain", Map.of());
            return show(screen, answer, () -> screen.note("it gets no new jobs"));
        }
    }

    @picocli.CommandLine.Command(
            name = "settings",
            description = "Shows what the server was started with, and from where; secrets are masked.",
            mixinStandardHelpOptions = true)
    static final class SettingsOf extends Plain {
        SettingsOf() {
            super("settings", "key", "value", "by_default", "from");
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
            name = "disputes",
            description = "Lists results that buyers hold for wrong, and what came of it.",
            mixinStandardHelpOptions = true)
    static final class Disputes extends ListCommand {
        @Option(names = "--state", paramLabel = "STATE", description = "open, upheld, rejected or undecided")
        private @Nullable String state;

        @Override
        String path() {
            return "/v1/admin/disputes" + (state == null ? "" : "?state=" + Rest.part(state.toUpperCase(Locale.ROOT)));
        }

        @Override
        String[] columns() {
            return new String[] {
                "id", "state", "job", "workload", "account", "deposit", "answered", "replicas", "opened_at", "deadline"
            };
        }
    }

    @picocli.CommandLine.Command(
            name = "ledger",
            description = "Lists what moved of an account's money.",
            mixinStandardHelpOptions = true)
    static final class LedgerOf extends ListCommand {
        @Parameters(paramLabel = "ID", description = "the account")
        private UUID id;

        @Override
        String path() {
            return "/v1/admin/accounts/" + id + "/ledger";
        }

        @Override
        String[] columns() {
            return new String[] {"at", "amount", "from", "to", "reason", "job"};
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
