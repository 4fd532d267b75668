package io.pithead.web.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.overview.Overview.JobRow;
import io.pithead.coordinator.overview.Overview.NodeRow;
import io.pithead.protocol.admin.NodeChange;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.node.NodeReputation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is shown of a node. */
final class NodeBlocks {
    private NodeBlocks() {}

    static Cell state(NodeRow node) {
        if (node.ban() != null) {
            return state("banned");
        }
        return state(!node.online() ? "offline" : node.draining() ? "draining" : "online");
    }

    static Cell state(String word) {
        return new Cell.State(
                word,
                switch (word) {
                    case "online" -> Tone.GOOD;
                    case "banned" -> Tone.BAD;
                    case "offline" -> Tone.WARN;
                    default -> Tone.CALM;
                });
    }

    static Block facts(NodeRow node) {
        return Block.Facts.of("Node")
                .with("State", state(node))
                .maybe("Banned for", Cell.text(node.ban()))
                .with("Miner", Cell.text(node.minerId()))
                .with("Account", Cell.code(node.account()))
                .with("Works on", Cell.text(node.held() + " of " + node.concurrency() + " at once"))
                .with("Last heard", Cell.time(node.lastSeenAt()))
                .maybe("Load", Cell.text(node.load() == null ? null : String.format(Locale.ROOT, "%.2f", node.load())))
                .with("Registered", Cell.time(node.createdAt()))
                .with("Id", Cell.code(node.id()));
    }

    static List<Block> heard(NodeRow node) {
        return node.heard() == null
                ? List.of()
                : List.of(new Block.Strip(
                        "Heard in the last two hours",
                        node.heard().told(),
                        node.heard().minutes()));
    }

    static Block history(List<NodeChange> changes, @Nullable String next) {
        return new Block.Table(
                "What it was",
                List.of(
                        Block.Column.of("Since"),
                        Block.Column.of("State"),
                        Block.Column.wide("Why"),
                        Block.Column.of("By")),
                changes.stream()
                        .map(one -> List.of(
                                Cell.time(one.at()),
                                state(one.state().name().toLowerCase(Locale.ROOT)),
                                Cell.text(one.why()),
                                Cell.code(one.actor())))
                        .toList(),
                "It has not changed since this is noted.",
                next);
    }

    static @Nullable String address(NodeRow node) {
        JsonNode address = node.capabilities().path("node_address");
        return address.isTextual() ? address.asText() : null;
    }

    static Block held(List<JobRow> jobs) {
        return new Block.Table(
                "Works on now",
                List.of(
                        Block.Column.of("Job"),
                        Block.Column.of("State"),
                        Block.Column.wide("Workload"),
                        Block.Column.right("Attempt"),
                        Block.Column.of("Submitted")),
                jobs.stream()
                        .map(job -> List.of(
                                Cell.id(job.id(), "/console/jobs/" + job.id()),
                                Cell.text(job.state().name().toLowerCase(Locale.ROOT)),
                                Cell.text(job.workload()),
                                Cell.number(job.attempt()),
                                Cell.time(job.submittedAt())))
                        .toList(),
                "On nothing.",
                null);
    }

    static Block hardware(NodeRow node) {
        Block.Facts facts = new Block.Facts("What it says it has", List.of(), "It told nothing.");
        for (Map.Entry<String, JsonNode> member : node.capabilities().properties()) {
            if (member.getKey().equals("hardware")) {
                for (Map.Entry<String, JsonNode> part : member.getValue().properties()) {
                    facts = facts.with(words(part.getKey()), text(part.getValue()));
                }
            } else if (!member.getKey().equals("miner_id")) {
                facts = facts.with(words(member.getKey()), text(member.getValue()));
            }
        }
        return facts;
    }

    private static Cell text(JsonNode value) {
        return Cell.text(value.isValueNode() ? value.asText() : value.toString());
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    static Block work(NodeRow node) {
        return new Block.Table(
                "Accepted work",
                List.of(
                        Block.Column.of("Workload"),
                        Block.Column.right("Jobs"),
                        Block.Column.right("Work"),
                        Block.Column.of("Unit"),
                        Block.Column.right("Per kJ")),
                node.work().stream()
                        .map(one -> List.of(
                                Cell.text(one.workload()),
                                Cell.number(one.jobs()),
                                new Cell.Amount(String.format(Locale.ROOT, "%.2f", one.work())),
                                Cell.text(one.unit()),
                                one.workPerKj() == null
                                        ? Cell.NONE
                                        : new Cell.Amount(String.format(Locale.ROOT, "%.3f", one.workPerKj()))))
                        .toList(),
                "No job of it was accepted yet.",
                null);
    }

    static Block reputation(NodeReputation reputation) {
        return Block.Facts.of("Reputation")
                .with("Score", new Cell.Amount(share(reputation.score())))
                .maybe("Newcomer", reputation.newcomer() ? Cell.yes(true) : Cell.NONE)
                .with(
                        "Honesty",
                        part(reputation.factors().honesty(), reputation.inputs().right() + " right"))
                .with("Evidence", part(reputation.factors().evidence(), ""))
                .with(
                        "Uptime",
                        part(
                                reputation.factors().uptime(),
                                share(reputation.inputs().uptime()) + " of the time"))
                .with(
                        "Speed",
                        part(reputation.factors().speed(), reputation.inputs().compared() + " compared"))
                .with(
                        "Age",
                        part(
                                reputation.factors().age(),
                                Cell.span(java.time.Duration.ofSeconds(
                                        reputation.inputs().ageS()))))
                .with("Stake", part(reputation.factors().stake(), ""))
                .with(
                        "Suspicion",
                        reputation.suspicion().suspect()
                                ? new Cell.State(
                                        "suspect, " + reputation.suspicion().points() + " points", Tone.BAD)
                                : Cell.text(reputation.suspicion().points() + " points"))
                .maybe("Suspended until", Cell.time(reputation.suspicion().suspendedUntil()));
    }

    private static Cell part(double factor, String because) {
        return Cell.text(share(factor) + (because.isEmpty() ? "" : " · " + because));
    }

    private static String share(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    static Block attestations(String title, List<Attestation> attestations, @Nullable String next) {
        return new Block.Table(
                title,
                List.of(
                        Block.Column.of("When"),
                        Block.Column.of("Verdict"),
                        Block.Column.of("Kind"),
                        Block.Column.of("Reason"),
                        Block.Column.right("Took"),
                        Block.Column.of("Validator"),
                        Block.Column.of("Node")),
                attestations.stream()
                        .map(one -> List.of(
                                Cell.time(one.judgedAt()),
                                verdict(one.verdict()),
                                Cell.text(one.kind().name().toLowerCase(Locale.ROOT) + " " + one.size()),
                                Cell.text(
                                        one.reason() == null
                                                ? null
                                                : one.reason()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', ' ')),
                                Cell.amount(one.tookMs() == null ? null : one.tookMs() + " ms"),
                                Cell.code(one.validator()),
                                Cell.code(one.node())))
                        .toList(),
                "No validator has judged yet; it needs a chain, a validator and a node with a wallet.",
                next);
    }

    private static Cell verdict(Verdict verdict) {
        return new Cell.State(
                verdict.name().toLowerCase(Locale.ROOT),
                switch (verdict) {
                    case VALID -> Tone.GOOD;
                    case INVALID -> Tone.BAD;
                    case INCONCLUSIVE -> Tone.WARN;
                });
    }
}
