package io.pithead.bench.simulation;

import io.pithead.coordinator.reputation.core.Sanction;
import io.pithead.coordinator.verify.core.Adaptive;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the rules alone say should happen, without a single node: how streaks spread over the nodes that mean well, as shares and not as
 * draws, and from that what each kind of lie costs. Where the simulation agrees with it, both are believed more.
 */
public final class Model {
    /** No streak matters beyond: the floor is reached long before. */
    private static final int STREAKS = 512;
    /** Steps for each job, so that no node is judged more than once in a step. */
    private static final int STEPS = 4;

    private static final Kind[] FAIR = {Kind.HONEST, Kind.SLOW, Kind.FLAKY};

    private final Settings settings;
    private final Map<Kind, double[]> streaks = new EnumMap<>(Kind.class);
    private double replicas;
    private double delayed;
    private double jobs;
    /** Replicas that a node does for others, for each job of its own, in the second half. */
    private double forOthers;

    /** @param delayed share of right answers */
    public record Prediction(double overhead, double delayed) {}

    /** @param check probability that one of its lies is looked at once it is trusted */
    public record Lie(double found, double slashed, double liesPaid, double check) {}

    private Model(Settings settings) {
        this.settings = settings;
        for (Kind kind : FAIR) {
            double[] at = new double[STREAKS];
            at[0] = 1;
            streaks.put(kind, at);
        }
        int steps = settings.epochs() * settings.jobs() * STEPS;
        for (int step = 0; step < steps; step++) {
            double rate = step();
            forOthers += step >= steps / 2 ? 2 * rate / steps : 0;
        }
    }

    public static Model of(Settings settings) {
        return new Model(settings);
    }

    /** Nodes that cheat are left out of the overhead: they are few, and soon gone. */
    public Prediction prediction() {
        double found = 0;
        for (Kind kind : Kind.values()) {
            found += kind.cheats() ? names(kind) * Sanction.CONVICT / wrongPoints() : 0;
        }
        double canaries = Settings.CANARY.rate();
        return new Prediction(replicas / jobs + canaries, (delayed + found) / (jobs + replicas + canaries * jobs));
    }

    /** A sybil comes again in the epoch after that in which it was thrown out. */
    private double names(Kind kind) {
        if (kind != Kind.SYBIL) {
            return settings.count(kind);
        }
        double answers = Settings.ADAPTIVE.trustedAfter() + lie(kind).slashed();
        return settings.count(kind) * settings.epochs() / Math.ceil(answers / settings.jobs());
    }

    private static double wrongPoints() {
        return Sanction.Suspicion.NONE.afterWrong().points();
    }

    /** A quarter of a job for each node. @return replicas for each job */
    private double step() {
        double wanted = 0;
        double done = 0;
        double nodes = 0;
        for (Kind kind : FAIR) {
            double own = settings.count(kind) * pace(kind) / STEPS;
            wanted += own * replicated(kind);
            done += own;
            nodes += settings.count(kind);
        }
        double partner = wanted / nodes;
        double leaves = 0;
        for (Kind kind : FAIR) {
            double share = settings.count(kind) / nodes;
            leaves += share * (kind.leaves() + kind.faults());
            delayed += settings.count(kind) * pace(kind) / STEPS * replicated(kind) * kind.faults();
            spread(kind, partner);
        }
        delayed += wanted * leaves;
        replicas += wanted;
        jobs += done;
        return wanted / done;
    }

    private double replicated(Kind kind) {
        double[] at = streaks(kind);
        double share = 0;
        for (int valid = 0; valid < STREAKS; valid++) {
            share += at[valid] * Adaptive.chance(new Streak(valid), Settings.ADAPTIVE);
        }
        return share;
    }

    private void spread(Kind kind, double partner) {
        double[] at = streaks(kind);
        double[] next = new double[STREAKS];
        double own = pace(kind) / STEPS;
        double canary = Settings.CANARY.rate();
        for (int valid = 0; valid < STREAKS; valid++) {
            double judged = own * (Adaptive.chance(new Streak(valid), Settings.ADAPTIVE) + canary) + partner;
            double lost = (own * (1 + canary) + partner) * kind.leaves();
            double failed = judged * kind.faults();
            double right = judged * (1 - kind.faults());
            next[0] += at[valid] * failed;
            next[new Streak(valid).afterLost().valid()] += at[valid] * lost;
            next[Math.min(valid + 1, STREAKS - 1)] += at[valid] * right;
            next[valid] += at[valid] * (1 - lost - failed - right);
        }
        streaks.put(kind, next);
    }

    private double[] streaks(Kind kind) {
        return streaks.getOrDefault(kind, new double[STREAKS]);
    }

    private static double pace(Kind kind) {
        return kind == Kind.SLOW ? 0.5 : 1;
    }

    public Lie lie(Kind kind) {
        return switch (kind) {
            case LAZY, COLLUDING -> nowAndThen(Kind.LIES);
            case TURNCOAT -> always(Kind.TURNS_AT);
            case SYBIL -> always(Settings.ADAPTIVE.trustedAfter());
            case HONEST, SLOW, FLAKY -> throw new IllegalArgumentException(kind + " does not lie");
        };
    }

    /** Of a trusted node's answers those are looked at that are drawn, and all that it gives as a replica or to a canary. */
    private double check(double chance) {
        double others = forOthers + Settings.CANARY.rate();
        return (chance + others) / (1 + others);
    }

    /** Until the first is found; from then on each is, for it never has ten in a row again. */
    private Lie always(int streak) {
        double check = check(1.0 / streak);
        double convict = (double) Sanction.CONVICT / wrongPoints();
        return new Lie(1 / check, 1 / check + convict - 1, (1 - check) / check, check);
    }

    /**
     * It becomes trusted now and then by luck, until it is a suspect, and lies until the first is found; points grow by the lies
     * less what it earns.
     */
    private Lie nowAndThen(double lies) {
        int trusted = Settings.ADAPTIVE.trustedAfter();
        double check = check(1.0 / trusted);
        double unseen = (1 - check) / check;
        double judged = Sanction.CONVICT / (lies * wrongPoints() - (1 - lies));
        double luck = Math.pow(1 - lies, trusted);
        double spells = luck * Sanction.SUSPECT / wrongPoints();
        return new Lie(1 + luck * unseen / lies, judged + spells / (lies * check), spells * unseen, check);
    }

    /** The most that any lie brings that is told once in a while by the most trusted node, in prices, before one is expected to be found. */
    public static double bound() {
        return 1 / Settings.ADAPTIVE.floor() - 1;
    }
}
