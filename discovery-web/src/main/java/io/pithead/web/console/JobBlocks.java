package io.pithead.web.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.job.Explanation;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.JobView;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.receipt.Receipts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is shown of a job, to its buyer and to the operator. */
final class JobBlocks {
    private JobBlocks() {}

    static Cell state(JobState state) {
        return new Cell.State(
                state.name().toLowerCase(Locale.ROOT),
                switch (state) {
                    case COMPLETED -> Tone.GOOD;
                    case FAILED, EXPIRED -> Tone.BAD;
                    case QUEUED, LEASED, RUNNING, VERIFYING, CANCELED -> Tone.CALM;
                });
    }

    static Block facts(JobView job) {
        return Block.Facts.of("Job")
                .with("State", state(job.state()))
                .with("Workload", Cell.text(job.workload()))
                .with("Price", Cell.amount(job.price()))
                .with("Attempt", Cell.text(job.attempt() + " of " + job.maxAttempts()))
                .maybe("Node", Cell.text(job.node()))
                .maybe("Progress", Cell.text(job.percent() == null ? null : job.percent() + " %"))
                .maybe("Note", Cell.text(job.note()))
                .maybe(
                        "Error",
                        Cell.text(
                                job.error() == null
                                        ? null
                                        : job.error().code() + ": "
                                                + job.error().message()))
                .with("Submitted", Cell.time(job.submittedAt()))
                .maybe("Next attempt", Cell.time(job.state() == JobState.QUEUED ? job.readyAt() : null))
                .maybe("Started", Cell.time(job.startedAt()))
                .maybe("Finished", Cell.time(job.finishedAt()))
                .maybe("Expires", job.finishedAt() == null ? Cell.time(job.expiresAt()) : Cell.NONE)
                .maybe("Deadline", Cell.time(job.deadline()))
                .maybe("Output's SHA-256", Cell.code(job.outputSha()))
                .with("Id", Cell.code(job.id()));
    }

    static Block timeline(List<JobEvent> history) {
        return new Block.Table(
                "Timeline",
                List.of(
                        Block.Column.of("When"),
                        Block.Column.of("State"),
                        Block.Column.of("By"),
                        Block.Column.right("Attempt"),
                        Block.Column.wide("Reason")),
                history.stream()
                        .sorted(Comparator.comparingInt(JobEvent::seq).reversed())
                        .map(event -> List.of(
                                Cell.time(event.at()),
                                state(event.state()),
                                Cell.text(event.actor()),
                                Cell.number(event.attempt()),
                                Cell.text(event.reason())))
                        .toList(),
                "Nothing has happened yet.",
                null);
    }

    /** Why it waits, as long as it does. */
    static List<Block> explanation(Explanation why) {
        var blocks = new ArrayList<Block>();
        Block.Facts facts = Block.Facts.of("Why it waits")
                .with("In short", Cell.text(why.summary()))
                .with("Nodes", Cell.text(why.eligible() + " of " + why.nodes() + " could take it"));
        if (why.ahead() != null) {
            facts = facts.with("Ahead of it", Cell.number(why.ahead()));
        }
        for (Map.Entry<String, Integer> refusal : why.refusals().entrySet()) {
            facts = facts.with(
                    words(refusal.getKey()),
                    Cell.text(refusal.getValue() + (refusal.getValue() == 1 ? " node" : " nodes")));
        }
        blocks.add(facts);
        if (!why.relaxation().isEmpty()) {
            blocks.add(new Block.Table(
                    "What would help",
                    List.of(
                            Block.Column.of("Change"),
                            Block.Column.of("From"),
                            Block.Column.of("To"),
                            Block.Column.right("Nodes then")),
                    why.relaxation().stream()
                            .map(one -> List.of(
                                    Cell.text(one.member()),
                                    Cell.text(one.from()),
                                    Cell.text(one.to()),
                                    Cell.number(one.nodes())))
                            .toList(),
                    "",
                    null));
        }
        return blocks;
    }

    /** The signature is checked here and now, against the keys that this server publishes. */
    static Block receipt(Receipt receipt, PublicKeys keys) {
        List<String> problems = Receipts.problems(Json.toTree(receipt), keys);
        Cell check = problems.isEmpty()
                ? new Cell.State("✓ signature verified", Tone.GOOD)
                : new Cell.State("✗ " + String.join("; ", problems), Tone.BAD);
        return Block.Facts.of("Receipt")
                .with("Check", check)
                .with("Price", Cell.amount(receipt.price()))
                .with("Units", Cell.text(receipt.units() + " " + receipt.unitType()))
                .with("Provider", Cell.code(receipt.provider()))
                .with("Buyer", Cell.code(receipt.client()))
                .with("Work", Cell.text(receipt.durationMs() + " ms"))
                .with("Completed", Cell.time(receipt.completedAt()))
                .with("Artifact's hash", Cell.code(receipt.artifactHash()))
                .maybe(
                        "Signed with",
                        Cell.code(
                                receipt.signature() == null
                                        ? null
                                        : receipt.signature().keyId()))
                .maybe("Withdrawn", Cell.time(receipt.withdrawnAt()))
                .with("Receipt", Cell.code(receipt.receiptId()));
    }

    static Block verification(VerificationView view) {
        return new Block.Table(
                "Verification: " + view.mode().name().toLowerCase(Locale.ROOT) + ", " + view.quorum() + " must agree",
                List.of(
                        Block.Column.right("Replica"),
                        Block.Column.of("State"),
                        Block.Column.of("Verdict"),
                        Block.Column.wide("Output's SHA-256")),
                view.items().stream()
                        .map(one -> List.of(
                                Cell.number(one.number()),
                                state(one.state()),
                                Cell.text(one.verdict()),
                                Cell.code(one.outputSha())))
                        .toList(),
                "No replica has begun.",
                null);
    }

    static Block dispute(DisputeView dispute) {
        return Block.Facts.of("Dispute")
                .with("State", Cell.text(dispute.state().name().toLowerCase(Locale.ROOT)))
                .maybe("Reason", Cell.text(dispute.reason()))
                .with("Deposit", Cell.amount(dispute.deposit()))
                .with("Spent", Cell.amount(dispute.spent()))
                .with("Refunded", Cell.amount(dispute.refunded()))
                .with("Opened", Cell.time(dispute.openedAt()))
                .with("Deadline", Cell.time(dispute.deadline()))
                .maybe("Decided", Cell.time(dispute.decidedAt()));
    }

    static Block artifacts(List<InputRef> artifacts) {
        return new Block.Table(
                "Artifacts",
                List.of(Block.Column.of("Name"), Block.Column.right("Bytes"), Block.Column.wide("SHA-256")),
                artifacts.stream()
                        .map(one -> List.of(
                                Cell.text(one.name()),
                                one.size() == null ? Cell.NONE : Cell.number(one.size()),
                                Cell.code(one.sha256())))
                        .toList(),
                "It brought none.",
                null);
    }

    static Block json(String title, @Nullable JsonNode value) {
        return new Block.Text(title, value == null || value.isNull() ? "" : value.toPrettyString(), "None.", null);
    }

    private static String words(String name) {
        String words = name.toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
