package io.pithead.web.console;

import io.pithead.protocol.money.Money;
import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.run.RunView;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a run's money goes, and who is in it. */
final class RunBlocks {
    private static final int PERCENT = 100;
    /** Longer than any run; so that a hardly touched budget has an end that can be told. */
    private static final Duration FAR = Duration.ofDays(3_650);

    private RunBlocks() {}

    static Block budget(RunView run, Instant now) {
        BigInteger budget = Money.parse(run.budget());
        BigInteger gone = Money.parse(run.escrow().credited());
        Block.Facts facts = Block.Facts.of("Budget")
                .with("Budget", Cell.amount(run.budget()))
                .with("Reserved", Cell.amount(run.escrow().reserved()))
                .with("Credited", Cell.amount(run.escrow().credited()))
                .with("Released", Cell.amount(run.escrow().released()))
                .with("Returned", Cell.amount(run.escrow().returned()));
        return budget.signum() == 0
                ? facts
                : facts.with("Gone", new Cell.Meter("of the budget is gone", percent(gone, budget)))
                        .with("At this pace", Cell.text(pace(budget, gone, run, now)));
    }

    private static int percent(BigInteger part, BigInteger whole) {
        return new BigDecimal(part)
                .multiply(BigDecimal.valueOf(PERCENT))
                .divide(new BigDecimal(whole), 0, RoundingMode.DOWN)
                .min(BigDecimal.valueOf(PERCENT))
                .intValue();
    }

    /** As if it went on as since the run was made. */
    static String pace(BigInteger budget, BigInteger gone, RunView run, Instant now) {
        if (run.state().equals("ENDED")) {
            return "it is over";
        }
        if (gone.signum() == 0) {
            return "nothing is gone yet";
        }
        if (gone.compareTo(budget) >= 0) {
            return "all of it is gone";
        }
        BigDecimal since = BigDecimal.valueOf(
                Math.max(1, Duration.between(run.createdAt(), now).toSeconds()));
        BigDecimal left = new BigDecimal(budget.subtract(gone))
                .multiply(since)
                .divide(new BigDecimal(gone), 0, RoundingMode.DOWN)
                .min(BigDecimal.valueOf(FAR.toSeconds()));
        Instant empty = now.plusSeconds(left.longValue());
        return empty.isBefore(run.endsAt())
                ? "used up " + Cell.ago(empty, now) + ", before the run ends"
                : "it lasts until the run ends";
    }

    /** The manager, and the nodes around it. */
    static Block topology(List<RunNode> nodes) {
        Map<String, Long> states = nodes.stream()
                .collect(Collectors.groupingBy(
                        node -> node.state().toLowerCase(Locale.ROOT).replace('_', ' '),
                        TreeMap::new,
                        Collectors.counting()));
        String said = states.entrySet().stream()
                .map(one -> one.getValue() + " " + one.getKey())
                .collect(Collectors.joining(", "));
        return new Block.Ring(
                "Topology",
                "The run's manager, and around it: " + said,
                nodes.stream()
                        .map(node -> new Block.Spoke(
                                node.address() + ", " + node.state().toLowerCase(Locale.ROOT), tone(node.state())))
                        .toList());
    }

    private static Tone tone(String state) {
        return switch (state) {
            case "HEALTHY" -> Tone.GOOD;
            case "DISCOVERED", "WAITING_FOR_HEARTBEAT" -> Tone.CALM;
            case "UNHEALTHY", "LOW_BALANCE" -> Tone.WARN;
            default -> Tone.BAD;
        };
    }
}
