package io.pithead.coordinator.verify.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a job that several providers work on. A function of what is known and not of the order in which it came:
 * more than half of the most replicas there may be is needed to agree, so two answers never both have a quorum.
 */
public final class Quorum {
    /** More than this is a waste, whoever pays for it. */
    public static final int MAX_REPLICAS = 15;

    private Quorum() {}

    /**
     * @param replicas asked for at once
     * @param quorum providers that must agree
     * @param max replicas there are ever, ended ones included
     */
    public record Policy(int replicas, int quorum, int max) {
        /** One provider is believed: what an adaptive policy makes of a job that is not replicated. */
        public static final Policy SINGLE = new Policy(1, 1, 1);
        /** Two must agree; a third is asked when they do not. */
        public static final Policy PAIR = new Policy(2, 2, 3);

        public Policy {
            if (!holds(replicas, quorum, max)) {
                throw new IllegalArgumentException(RULE + ", not " + replicas + ", " + quorum + ", " + max);
            }
        }

        /** What {@link #holds} asks for, in words. */
        public static final String RULE =
                "1 <= quorum <= replicas <= max <= " + MAX_REPLICAS + ", and quorum more than half of max";

        public static boolean holds(int replicas, int quorum, int max) {
            return 1 <= quorum && quorum <= replicas && replicas <= max && max <= MAX_REPLICAS && 2 * quorum > max;
        }
    }

    /** Where a replica is. */
    public enum State {
        /** No miner has it. */
        QUEUED,
        /** A miner works on it. */
        HELD,
        /** It has an answer. */
        ANSWERED,
        /** It ended without one. */
        GONE
    }

    /**
     * @param provider of the node that has it; none as long as it is queued
     * @param answer the output's digest, or the name of the class that a comparator put the output in
     */
    public record Replica(
            UUID id,
            State state,
            @Nullable UUID provider,
            @Nullable String answer) {
        public Replica {
            if ((state == State.ANSWERED) != (answer != null) || (answer != null && provider == null)) {
                throw new IllegalArgumentException("a replica has an answer, and who gave it, exactly if it answered");
            }
        }
    }

    /** Who re-executes what providers do not agree on. */
    public sealed interface Referee {
        /** There is none. */
        record None() implements Referee {}

        /** There is one, and nobody asked it. */
        record Ready() implements Referee {}

        record Asked(Instant until) implements Referee {}

        /** @param answer in the words of the replicas' answers */
        record Said(String answer) implements Referee {}

        /** It cannot tell. */
        record Unsure() implements Referee {}
    }

    /**
     * @param deadline when replicas that have no answer are waited for no longer
     */
    public record Facts(Policy policy, List<Replica> replicas, Instant deadline, Referee referee) {
        public Facts {
            replicas = List.copyOf(replicas);
            if (replicas.size() > policy.max()) {
                throw new IllegalArgumentException(replicas.size() + " replicas of at most " + policy.max());
            }
        }
    }

    /** Why a job ends without a result; nobody is paid. */
    public enum Reason {
        /** Nobody answered in time. */
        NO_ANSWER,
        /** Too few agree, and nobody decides it. */
        NO_QUORUM,
        /** Too few agree, and the referee did not decide it in time. */
        NO_REFEREE,
        /** The referee's answer is nobody's. */
        REFUTED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is to be done now. */
    public sealed interface Decision {
        /** Nothing until something happens; at {@code until} the decision is another one. */
        record Wait(Instant until) implements Decision {}

        /** So many further replicas, each at a provider that had none. */
        record More(int replicas, Instant until) implements Decision {}

        /** The referee is to be asked; when it is not there any more, the job fails by itself. */
        record Undecided() implements Decision {}

        /**
         * The job has a result.
         *
         * @param paid replicas that gave it, one of each provider: each is paid its whole price
         * @param dissented replicas with another answer: not paid, and wrong
         * @param idle replicas without an answer, or a provider's second one: not paid, nothing is said of them
         */
        record Agreed(String answer, List<UUID> paid, List<UUID> dissented, List<UUID> idle) implements Decision {}

        /**
         * The job has no result and its buyer gets all back.
         *
         * @param dissented those that are known to be wrong; none where nobody knows
         */
        record Failed(Reason reason, List<UUID> dissented, List<UUID> idle) implements Decision {}
    }

    public static Decision decide(Facts facts, Instant now) {
        Tally tally = Tally.of(facts.replicas());
        if (facts.referee() instanceof Referee.Said said) {
            return tally.votes(said.answer()) > 0 ? tally.agreed(said.answer()) : tally.failed(Reason.REFUTED);
        }
        boolean over = !now.isBefore(facts.deadline());
        if (!over) {
            int wanted = tally.wanted(facts.policy());
            if (wanted > 0) {
                return new Decision.More(wanted, facts.deadline());
            }
        }
        String best = tally.best();
        if (best != null && tally.votes(best) >= facts.policy().quorum()) {
            // whoever works on it is judged as well; whoever has not begun need not
            return over || tally.held == 0 ? tally.agreed(best) : new Decision.Wait(facts.deadline());
        }
        if (!over && tally.held + tally.queued > 0) {
            return new Decision.Wait(facts.deadline());
        }
        return best == null ? tally.failed(Reason.NO_ANSWER) : undecided(facts.referee(), tally, now);
    }

    private static Decision undecided(Referee referee, Tally tally, Instant now) {
        return switch (referee) {
            case Referee.Ready ready -> new Decision.Undecided();
            case Referee.Asked asked when now.isBefore(asked.until()) -> new Decision.Wait(asked.until());
            case Referee.Asked asked -> tally.failed(Reason.NO_REFEREE);
            case Referee.None none -> tally.failed(Reason.NO_QUORUM);
            case Referee.Unsure unsure -> tally.failed(Reason.NO_QUORUM);
            case Referee.Said said -> throw new IllegalStateException("what it said is a decision");
        };
    }

    /** The answers by how many providers gave each; who gave two different ones has no vote. */
    private static final class Tally {
        private final List<Replica> replicas;
        private final Map<String, Set<UUID>> providers = new HashMap<>();
        private int held;
        private int queued;

        private Tally(List<Replica> replicas) {
            this.replicas = replicas;
        }

        static Tally of(List<Replica> replicas) {
            var byId = new ArrayList<>(replicas);
            byId.sort(Comparator.comparing(Replica::id));
            var tally = new Tally(byId);
            for (Replica replica : byId) {
                switch (replica.state()) {
                    case QUEUED -> tally.queued++;
                    case HELD -> tally.held++;
                    case ANSWERED -> tally.count(replica);
                    case GONE -> {}
                }
            }
            return tally;
        }

        private void count(Replica replica) {
            if (!equivocates(replica)) {
                providers
                        .computeIfAbsent(answer(replica), any -> new HashSet<>())
                        .add(provider(replica));
            }
        }

        private boolean equivocates(Replica replica) {
            return replicas.stream()
                    .anyMatch(other -> other.state() == State.ANSWERED
                            && provider(other).equals(provider(replica))
                            && !answer(other).equals(answer(replica)));
        }

        int votes(String answer) {
            return providers.getOrDefault(answer, Set.of()).size();
        }

        /** The answer that most gave; any of several, which then have no quorum. */
        @Nullable
        String best() {
            return providers.keySet().stream()
                    .max(Comparator.comparing(this::votes))
                    .orElse(null);
        }

        /** Those that were asked for from the beginning, and those without whom no quorum can come about any more. */
        int wanted(Policy policy) {
            String best = best();
            int possible = (best == null ? 0 : votes(best)) + held + queued;
            int missing = Math.max(policy.replicas() - replicas.size(), policy.quorum() - possible);
            return Math.max(0, Math.min(missing, policy.max() - replicas.size()));
        }

        Decision agreed(String answer) {
            var paid = new ArrayList<UUID>();
            var dissented = new ArrayList<UUID>();
            var idle = new ArrayList<UUID>();
            var seen = new HashSet<UUID>();
            for (Replica replica : replicas) {
                if (replica.state() != State.ANSWERED) {
                    idle.add(replica.id());
                } else if (!answer(replica).equals(answer) || equivocates(replica)) {
                    dissented.add(replica.id());
                } else if (seen.add(provider(replica))) {
                    paid.add(replica.id());
                } else {
                    idle.add(replica.id());
                }
            }
            return new Decision.Agreed(answer, List.copyOf(paid), List.copyOf(dissented), List.copyOf(idle));
        }

        Decision failed(Reason reason) {
            var wrong = new ArrayList<UUID>();
            var idle = new ArrayList<UUID>();
            for (Replica replica : replicas) {
                boolean known = reason == Reason.REFUTED && replica.state() == State.ANSWERED;
                (known ? wrong : idle).add(replica.id());
            }
            return new Decision.Failed(reason, List.copyOf(wrong), List.copyOf(idle));
        }

        private static String answer(Replica replica) {
            return java.util.Objects.requireNonNull(replica.answer());
        }

        private static UUID provider(Replica replica) {
            return java.util.Objects.requireNonNull(replica.provider());
        }
    }
}
