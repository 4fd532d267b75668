package io.pithead.bench.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Runs a network and says what became of whom. */
public final class Simulation {
    private Simulation() {}

    /**
     * Those of a kind that lied; each name counts as one.
     *
     * @param caught share of them that were slashed and thrown out
     * @param found answers from its first lie to the first that was found, on average
     * @param slashed answers from its first lie until stake was taken, on average
     * @param liesPaid to each, on average
     * @param mostPaid to the luckiest
     * @param score at the end, or when it was thrown out, on average
     */
    public record Cheat(
            Kind kind,
            int names,
            double caught,
            double found,
            double slashed,
            double liesPaid,
            long mostPaid,
            double score) {}

    /**
     * @param slashed nodes that mean well
     * @param delayed share of their right answers whose pay waited for more than the planned round
     * @param overhead replicas, canaries and re-executions for each job
     * @param wrong share of the results that buyers got
     * @param score of those that mean well and have good hardware
     */
    public record Outcome(
            Settings settings,
            List<Cheat> cheats,
            double caught,
            int slashed,
            double delayed,
            double overhead,
            double replicas,
            double canaries,
            double referees,
            double wrong,
            double score) {}

    public static Outcome run(Settings settings) {
        var world = new World(settings);
        world.run();
        Tally tally = world.tally;
        var cheats = new ArrayList<Cheat>();
        for (Kind kind : Kind.values()) {
            if (kind.cheats()) {
                cheats.add(cheat(kind, world));
            }
        }
        List<SimNode> liars = world.everybody.stream().filter(Simulation::lied).toList();
        List<SimNode> good = world.everybody.stream()
                .filter(node -> node.kind == Kind.HONEST)
                .toList();
        double jobs = tally.jobs;
        return new Outcome(
                settings,
                List.copyOf(cheats),
                share(liars),
                (int) world.everybody.stream()
                        .filter(node -> !node.kind.cheats() && node.ejected)
                        .count(),
                tally.honestLate / (double) tally.honestAnswers,
                (tally.replicas + tally.canaries + tally.referees) / jobs,
                tally.replicas / jobs,
                tally.canaries / jobs,
                tally.referees / jobs,
                tally.wrongAccepted / jobs,
                good.stream()
                        .mapToDouble(node -> node.score(world.epoch()))
                        .average()
                        .orElse(0));
    }

    private static Cheat cheat(Kind kind, World world) {
        List<SimNode> liars = world.everybody.stream()
                .filter(node -> node.kind == kind && lied(node))
                .toList();
        List<SimNode> found = liars.stream().filter(node -> node.caughtAt > 0).toList();
        List<SimNode> slashed = liars.stream().filter(node -> node.ejected).toList();
        return new Cheat(
                kind,
                liars.size(),
                share(liars),
                mean(found, node -> Math.max(0, node.caughtAt - node.firstLieAt) + 1),
                mean(slashed, node -> node.slashedAt - node.firstLieAt + 1),
                mean(slashed, node -> node.liesPaid),
                liars.stream().mapToLong(node -> node.liesPaid).max().orElse(0),
                liars.stream()
                        .mapToDouble(node -> node.score(world.epoch()))
                        .average()
                        .orElse(0));
    }

    private static boolean lied(SimNode node) {
        return node.kind.cheats() && node.lies > 0;
    }

    private static double share(List<SimNode> liars) {
        return liars.isEmpty() ? 1 : liars.stream().filter(node -> node.ejected).count() / (double) liars.size();
    }

    private static double mean(List<SimNode> nodes, ToLongFunction<SimNode> figure) {
        return nodes.stream().mapToLong(figure).average().orElse(0);
    }
}
