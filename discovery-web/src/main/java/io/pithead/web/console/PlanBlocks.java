package io.pithead.web.console;

import io.pithead.protocol.job.Explanation.Relaxation;
import io.pithead.protocol.job.PlanView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a request would come to, shown before it is made. */
final class PlanBlocks {
    private PlanBlocks() {}

    /** @param confirm makes what was planned */
    static List<Block> of(PlanView plan, Form confirm) {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block.Notice(plan.matching() > 0 ? Tone.GOOD : Tone.WARN, plan.summary()));
        Block.Facts cost = Block.Facts.of("What it costs");
        if (plan.price() != null) {
            cost = cost.with("Price of one " + plan.per(), Cell.amount(plan.price()));
        }
        blocks.add(cost.with("Leaves the wallet at once", Cell.amount(plan.reserves()))
                .with("There is", Cell.amount(plan.available())));
        if (plan.affordable()) {
            blocks.add(new Block.Acts(List.of(confirm.main())));
        } else {
            blocks.add(new Block.Notice(Tone.BAD, "The wallet does not cover it: ask for a deposit, or offer less."));
        }
        blocks.add(new Block.Table(
                "Who would take it",
                List.of(Block.Column.of("Nodes"), Block.Column.right("How many")),
                rows(plan),
                "",
                null));
        if (!plan.relaxation().isEmpty()) {
            blocks.add(new Block.Table(
                    "The smallest change that helps",
                    List.of(
                            Block.Column.of("Member"),
                            Block.Column.of("From"),
                            Block.Column.of("To"),
                            Block.Column.right("Nodes then")),
                    plan.relaxation().stream().map(PlanBlocks::row).toList(),
                    "",
                    null));
        }
        return blocks;
    }

    private static List<List<Cell>> rows(PlanView plan) {
        var rows = new ArrayList<List<Cell>>();
        rows.add(List.of(Cell.text("could begin now"), Cell.number(plan.free())));
        rows.add(List.of(Cell.text("fit, but have no free slot"), Cell.number(plan.matching() - plan.free())));
        plan.refusals().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(refusal ->
                        rows.add(List.of(Cell.text("kept out: " + refusal.getKey()), Cell.number(refusal.getValue()))));
        rows.add(List.of(Cell.text("looked at"), Cell.number(plan.nodes())));
        return rows;
    }

    private static List<Cell> row(Relaxation change) {
        return List.of(
                Cell.code(change.member()),
                Cell.text(change.from()),
                Cell.text(change.to() == null ? "left out" : change.to()),
                Cell.number(change.nodes()));
    }
}
