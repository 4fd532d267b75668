package io.pithead.coordinator.stats;

/**
 * A validator on the leaderboard.
 *
 * @param cases decided ones that it had a finding of
 * @param agreed with the decision
 * @param attested machines that it looked at
 */
public record RankedValidator(int rank, String address, long cases, long agreed, long attested) {}
