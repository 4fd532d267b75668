package io.pithead.coordinator.verify.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Jobs whose answer is known, because several providers agreed on it before. To a miner it is a job like any other: what must
 * be equal stands in docs/REPUTATION.md.
 */
public final class Canary {
    private Canary() {}

    /**
     * @param rate of all jobs that a node takes; what canaries cost is at most this share
     * @param agreed providers that must have agreed on an answer
     * @param maxUses of one job: the more often it is given out, the more likely two of its nodes know each other
     * @param minAge so that nobody asks about a job whose first round he remembers
     * @param maxAge as long as the inputs are kept
     */
    public record Policy(double rate, int agreed, int maxUses, Duration minAge, Duration maxAge) {
        public static final Policy DEFAULT = new Policy(0.005, 2, 3, Duration.ofHours(1), Duration.ofDays(30));

        public Policy {
            if (!(0 <= rate && rate <= 1) || agreed < 2 || maxUses < 1 || minAge.compareTo(maxAge) > 0) {
                throw new IllegalArgumentException(
                        "a rate from 0 to 1, two or more agreed, one or more uses, ages in order");
            }
        }
    }

    /**
     * A finished job.
     *
     * @param providers all that ever had it, as a replica or as a canary
     * @param agreed how many of them gave the answer
     */
    public record Known(UUID job, String answer, Set<UUID> providers, int agreed, int uses, Instant finishedAt) {
        public Known {
            providers = Set.copyOf(providers);
        }
    }

    /** Whether a node gets a canary next. @param turn no two of the node's jobs have the same one */
    public static boolean isDue(UUID node, long turn, Draw draw, Policy policy) {
        return draw.fraction(Draw.Purpose.CANARY, node, turn) < policy.rate();
    }

    /** Which one: any that the provider never had. @param finished jobs that the node could have taken */
    public static Optional<Known> choose(
            List<Known> finished, UUID provider, UUID node, long turn, Draw draw, Policy policy, Instant now) {
        long salt = draw.number(Draw.Purpose.CANARY_CHOICE, node, turn);
        return finished.stream()
                .filter(known -> isFit(known, provider, policy, now))
                .min(Comparator.comparing(known -> draw.number(Draw.Purpose.CANARY_CHOICE, known.job(), salt)));
    }

    static boolean isFit(Known known, UUID provider, Policy policy, Instant now) {
        Duration age = Duration.between(known.finishedAt(), now);
        return known.agreed() >= policy.agreed()
                && known.uses() < policy.maxUses()
                && !known.providers().contains(provider)
                && age.compareTo(policy.minAge()) >= 0
                && age.compareTo(policy.maxAge()) <= 0;
    }

    /** What an answer to a canary says of who gave it, and of who gave the known one. */
    public enum Judgement {
        VALID,
        /** It is another answer; somebody else must say which is right before anything follows from it. */
        UNCONFIRMED,
        INVALID,
        /** It is right and the known answer is wrong: whoever gave that is, and the canary is withdrawn. */
        STALE,
        /** Neither is right; the canary is withdrawn. */
        BOTH_WRONG
    }

    /**
     * Of those who agreed on the known answer and those who are asked now, so many must give the same one: more than half of all
     * there may be. So a right canary is a further vote for what was known, and another answer needs more providers than the known one had.
     *
     * @param agreed on the known answer, each with one vote
     */
    public static Quorum.Policy quorum(int agreed) {
        return new Quorum.Policy(agreed + 1, agreed + 1, 2 * agreed + 1);
    }

    /** More of them would be more replicas than a job may have. */
    public static final int MAX_AGREED = (Quorum.MAX_REPLICAS - 1) / 2;

    /**
     * A wrong canary alone proves nothing: those who agreed on its answer may have lied together.
     *
     * @param confirmed what a referee, or a new quorum of others, gave for it, once that is known
     */
    public static Judgement judge(String known, String given, Optional<String> confirmed) {
        if (confirmed.isEmpty()) {
            return given.equals(known) ? Judgement.VALID : Judgement.UNCONFIRMED;
        }
        String right = confirmed.get();
        if (right.equals(known)) {
            return right.equals(given) ? Judgement.VALID : Judgement.INVALID;
        }
        return right.equals(given) ? Judgement.STALE : Judgement.BOTH_WRONG;
    }
}
