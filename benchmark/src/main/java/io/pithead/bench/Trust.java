package io.pithead.bench;

import io.pithead.bench.simulation.Model;
import io.pithead.bench.simulation.Settings;
import io.pithead.bench.simulation.Simulation;
import java.util.Locale;

/** The simulation of verification beside what its model says; no server is asked. */
final class Trust {
    private Trust() {}

    static void report(Figures figures, Settings settings) {
        Simulation.Outcome outcome = Simulation.run(settings);
        Model model = Model.of(settings);
        Model.Prediction predicted = model.prediction();
        figures.share(
                "cheats caught",
                "sim_cheats_caught_ratio",
                outcome.caught(),
                1,
                "–",
                String.format(
                        Locale.ROOT,
                        "names that lied, until the last epoch; %.4f %% of the results that buyers got were wrong",
                        outcome.wrong() * 100));
        for (Simulation.Cheat cheat : outcome.cheats()) {
            cheat(figures, cheat, model.lie(cheat.kind()));
        }
        figures.plain(
                "honest nodes slashed", "sim_honest_slashed", outcome.slashed(), "", "0", "slow and flaky ones, too");
        figures.share(
                "honest answers delayed",
                "sim_honest_delayed_ratio",
                outcome.delayed(),
                predicted.delayed(),
                "0.1 %",
                "their pay waited for a third answer or the referee");
        figures.share(
                "overhead of verification",
                "sim_overhead_ratio",
                outcome.overhead(),
                predicted.overhead(),
                "5 %",
                String.format(
                        Locale.ROOT,
                        "of all jobs: replicas %.2f %%, canaries %.2f %%, re-executions %.3f %%",
                        outcome.replicas() * 100,
                        outcome.canaries() * 100,
                        outcome.referees() * 100));
        figures.plain(
                "reputation of honest nodes",
                "sim_honest_score",
                outcome.score(),
                "",
                "–",
                "the mean at the end, after " + settings.epochs() + " days");
        figures.plain(
                "stake that covers any lie",
                "sim_stake_bound",
                Model.bound(),
                " prices",
                "–",
                "what the most trusted node is paid for lies before one is expected to be drawn");
    }

    private static void cheat(Figures figures, Simulation.Cheat cheat, Model.Lie model) {
        String name = cheat.kind().name().toLowerCase(Locale.ROOT);
        figures.beside(
                name + ": answers to the first found",
                "sim_" + name + "_found_after",
                cheat.found(),
                model.found(),
                "",
                "–",
                String.format(
                        Locale.ROOT,
                        "from the first lie; %d names, %.0f %% caught, reputation %.3f",
                        cheat.names(),
                        cheat.caught() * 100,
                        cheat.score()));
        figures.beside(
                name + ": answers to the slash",
                "sim_" + name + "_slashed_after",
                cheat.slashed(),
                model.slashed(),
                "",
                "–",
                "from the first lie");
        figures.beside(
                name + ": loses money from a stake of",
                "sim_" + name + "_stake",
                cheat.liesPaid(),
                model.liesPaid(),
                " prices",
                "–",
                "lies that were paid, for each name; the luckiest one " + cheat.mostPaid());
    }
}
