package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipts;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pithead job …} (API.md, Buyer API). */
@picocli.CommandLine.Command(
        name = "job",
        description = "Submits jobs and follows them to their receipt.",
        mixinStandardHelpOptions = true,
        subcommands = {
            JobCommands.Submit.class,
            JobCommands.Listing.class,
            JobCommands.Status.class,
            JobCommands.Logs.class,
            JobCommands.Result.class,
            JobCommands.Explain.class,
            JobCommands.History.class,
            JobCommands.Cancel.class,
            JobCommands.ReceiptOf.class,
            JobCommands.VerificationOf.class,
            JobCommands.Dispute.class
        })
final class JobCommands extends Group {
    private static final String JOBS = "/v1/jobs";
    private static final String COMPLETED = "COMPLETED";
    private static final String[] FACTS = {
        "id",
        "state",
        "workload",
        "price",
        "attempt",
        "node",
        "percent",
        "note",
        "error/code",
        "error/message",
        "verification/mode",
        "verification/verdict",
        "run",
        "submitted_at",
        "started_at",
        "finished_at",
        "deadline"
    };

    /** Commands about one job. */
    abstract static class One extends Command {
        @Parameters(paramLabel = "ID", description = "the job")
        UUID id;

        final String path(String below) {
            return JOBS + "/" + id + below;
        }
    }

    /** Ends well when the job does. */
    private static int ended(Screen screen, boolean json, JsonNode job) {
        if (json) {
            screen.json(job);
        } else {
            screen.facts(job, FACTS);
        }
        return job.path("state").asText().equals(COMPLETED) ? Exit.OK : Exit.FAILED;
    }

    @picocli.CommandLine.Command(
            name = "submit",
            description = "Submits a job and prints its id.",
            mixinStandardHelpOptions = true)
    static final class Submit extends Command {
        @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "such as sha256_chain")
        private @Nullable String workload;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "the request, or {\"jobs\": [...]}, in YAML or JSON; - reads it from the input")
        private @Nullable String file;

        @Option(
                names = {"-p", "--param"},
                paramLabel = "NAME=VALUE",
                description = "of params; a value that is JSON is taken as such")
        private Map<String, String> params = new LinkedHashMap<>();

        @Option(names = "--price", paramLabel = "TOKENS", description = "what it may cost (the operator's default)")
        private @Nullable String price;

        @Option(names = "--priority", paramLabel = "N", description = "among this account's jobs")
        private @Nullable Integer priority;

        @Option(names = "--deadline", paramLabel = "TIME", description = "by when, such as 2026-12-24T18:00:00Z")
        private @Nullable String deadline;

        @Option(names = "--run", paramLabel = "ID", description = "for the nodes of this run alone")
        private @Nullable UUID run;

        @Option(
                names = "--verify",
                paramLabel = "MODE",
                description = "none, replicate, adaptive, reexecute; or hash, with --expect")
        private @Nullable String verify;

        @Option(names = "--expect", paramLabel = "SHA256", description = "a digest that the output may have")
        private List<String> expected = List.of();

        @Option(names = "--wait", description = "until it has ended; exit code 1 unless it completed")
        private boolean wait;

        @Option(
                names = "--plan",
                description = "shows which nodes would take it and what it would cost, and submits nothing")
        private boolean plan;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            JsonNode request = request();
            if (plan && request.has("jobs")) {
                throw new UsageException("--plan plans one job");
            }
            if (plan) {
                return Plan.of(rest, screen, isJson(), JOBS, request);
            }
            if (wait && request.has("jobs")) {
                throw new UsageException("--wait waits for one job");
            }
            JsonNode answer = rest.post(JOBS, request);
            if (wait) {
                return ended(
                        screen,
                        isJson(),
                        new Watch(rest, screen).job(answer.path("id").asText()));
            }
            return show(screen, answer, () -> {
                Iterable<JsonNode> jobs = answer.has("jobs") ? answer.path("jobs") : List.of(answer);
                jobs.forEach(job -> screen.line(Text.of(job.path("id"))));
            });
        }

        private JsonNode request() throws UsageException {
            ObjectNode request = JsonNodeFactory.instance.objectNode();
            if (file != null) {
                request.setAll((ObjectNode) Documents.read(file));
            }
            if (workload != null) {
                request.put("workload", workload);
            }
            if (!request.has("workload") && !request.has("jobs")) {
                throw new UsageException("which workload? pithead job submit WORKLOAD, or --file FILE");
            }
            if (!params.isEmpty()) {
                ObjectNode typed = request.withObjectProperty("params");
                params.forEach((name, value) -> typed.set(name, Documents.value(value)));
            }
            put(request, "price", price);
            put(request, "deadline", deadline);
            put(request, "run", run);
            if (priority != null) {
                request.put("priority", priority);
            }
            if (verify != null || !expected.isEmpty()) {
                ObjectNode verification = request.withObjectProperty("verification");
                verification.put("mode", verify == null ? "hash" : verify);
                expected.forEach(verification.withArrayProperty("expected")::add);
            }
            return request;
        }

        private static void put(ObjectNode request, String member, @Nullable Object value) {
            if (value != null) {
                request.put(member, value.toString());
            }
        }
    }

    @picocli.CommandLine.Command(
            name = "list",
            description = "Lists the account's jobs, newest first.",
            mixinStandardHelpOptions = true)
    static final class Listing extends ListCommand {
        @Option(names = "--state", paramLabel = "STATE", description = "QUEUED, RUNNING, COMPLETED, ...")
        private @Nullable String state;

        @Option(names = "--workload", paramLabel = "NAME", description = "only of this one")
        private @Nullable String workload;

        @Override
        String path() {
            return JOBS + "?" + (state == null ? "" : "state=" + Rest.part(state) + "&")
                    + (workload == null ? "" : "workload=" + Rest.part(workload));
        }

        @Override
        String[] columns() {
            return new String[] {"id", "state", "workload", "price", "attempt", "percent", "submitted_at"};
        }
    }

    @picocli.CommandLine.Command(
            name = "status",
            description = "Shows a job; with --wait, until it has ended.",
            mixinStandardHelpOptions = true)
    static final class Status extends One {
        @Option(names = "--wait", description = "until it has ended; exit code 1 unless it completed")
        private boolean wait;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            if (wait) {
                return ended(screen, isJson(), new Watch(rest, screen).job(id.toString()));
            }
            JsonNode job = rest.get(path(""));
            return show(screen, job, () -> screen.facts(job, FACTS));
        }
    }

    @picocli.CommandLine.Command(
            name = "logs",
            description = "Prints what a job wrote; with -f, as it comes.",
            mixinStandardHelpOptions = true)
    static final class Logs extends One {
        @Option(
                names = {"-f", "--follow"},
                description = "until the job ends")
        private boolean follow;

        @Option(names = "--tail", paramLabel = "N", description = "the last lines only")
        private @Nullable Integer tail;

        @Option(names = "--raw", description = "with escape sequences, as a terminal would have got it")
        private boolean raw;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            return new LogPrinter(rest, screen, isJson(), raw).print(id.toString(), follow, tail);
        }
    }

    @picocli.CommandLine.Command(
            name = "result",
            description = "Prints a job's output.",
            mixinStandardHelpOptions = true)
    static final class Result extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode result = rest.get(path("/result"));
            return show(screen, result, () -> {
                JsonNode output = result.path("output");
                if (output.isTextual()) {
                    screen.line(output.asText());
                } else if (!output.isMissingNode()) {
                    screen.json(output);
                }
                screen.facts(result, "output_sha", "dispute");
                if (!result.path("artifacts").isEmpty()) {
                    screen.table(result.path("artifacts"), "name", "sha256");
                }
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "explain",
            description = "Says why a job waits, and what would help.",
            mixinStandardHelpOptions = true)
    static final class Explain extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode why = rest.get(path("/explain"));
            return show(screen, why, () -> {
                screen.line(Text.of(why.path("summary")));
                screen.facts(why, "state", "nodes", "eligible", "ahead", "run/state", "run/healthy");
                why.path("refusals")
                        .properties()
                        .forEach(refusal -> screen.line(
                                "  " + Text.of(refusal.getValue()) + " nodes: " + Text.plain(refusal.getKey())));
                if (!why.path("relaxation").isEmpty()) {
                    screen.line("what would match:");
                    screen.table(why.path("relaxation"), "member", "from", "to", "nodes");
                }
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "history",
            description = "Lists all that happened to a job, and who did it.",
            mixinStandardHelpOptions = true)
    static final class History extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode history = rest.get(path("/history"));
            return show(
                    screen,
                    history,
                    () -> screen.table(history.path("items"), "at", "state", "actor", "attempt", "reason"));
        }
    }

    @picocli.CommandLine.Command(
            name = "cancel",
            description = "Cancels a job that has not ended; what it has reserved comes back.",
            mixinStandardHelpOptions = true)
    static final class Cancel extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode job = rest.post(path("/cancel"), Map.of());
            return show(screen, job, () -> screen.facts(job, FACTS));
        }
    }

    @picocli.CommandLine.Command(
            name = "receipt",
            description = "Shows a job's receipt and checks its signature; exit code 1 when that is not good.",
            mixinStandardHelpOptions = true)
    static final class ReceiptOf extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode receipt = rest.get(path("/receipt"));
            List<String> problems = Receipts.problems(receipt, keys(rest));
            show(
                    screen,
                    receipt,
                    () -> screen.facts(
                            receipt,
                            "receipt_id",
                            "job_id",
                            "provider",
                            "units",
                            "unit_type",
                            "price",
                            "started_at",
                            "completed_at",
                            "withdrawn_at",
                            "signature/key_id"));
            if (problems.isEmpty()) {
                screen.note("signature: good, by the keys of this server");
                return Exit.OK;
            }
            problems.forEach(problem -> screen.note("signature: bad: " + problem));
            return Exit.FAILED;
        }

        private static PublicKeys keys(Rest rest) throws Refusal, IOException, InterruptedException {
            try {
                return Json.readLenient(Json.write(rest.get("/v1/keys")), PublicKeys.class);
            } catch (InvalidPayloadException e) {
                throw new IOException("the server's keys cannot be read");
            }
        }
    }

    @picocli.CommandLine.Command(
            name = "verification",
            description = "Shows how a job's proof was judged: each replica's answer.",
            mixinStandardHelpOptions = true)
    static final class VerificationOf extends One {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode view = rest.get(path("/verification"));
            return show(screen, view, () -> {
                screen.facts(
                        view, "state", "mode", "quorum", "max_replicas", "verdict", "reason", "deadline", "judged_at");
                screen.table(view.path("items"), "number", "state", "verdict", "output_sha", "job");
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "dispute",
            description = {
                "Shows a job's dispute; with --reason, opens one.",
                "Fresh replicas judge the job, for a deposit, as long as its pay is locked."
            },
            mixinStandardHelpOptions = true)
    static final class Dispute extends One {
        @Option(names = "--reason", paramLabel = "TEXT", description = "what is wrong with the result")
        private @Nullable String reason;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode view =
                    reason == null ? rest.get(path("/dispute")) : rest.post(path("/dispute"), Map.of("reason", reason));
            return show(screen, view, () -> {
                screen.facts(
                        view,
                        "state",
                        "reason",
                        "deposit",
                        "spent",
                        "refunded",
                        "opened_at",
                        "deadline",
                        "decided_at",
                        "output_sha");
                if (!view.path("items").isEmpty()) {
                    screen.table(view.path("items"), "number", "verdict", "output_sha");
                }
            });
        }
    }
}
