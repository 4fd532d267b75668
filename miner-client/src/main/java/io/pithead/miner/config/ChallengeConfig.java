package io.pithead.miner.config;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an owner gives to validators' challenges. An absent figure is derived from the machine.
 *
 * @param cpus none answers none
 * @param diskMb none writes no file
 * @param networkMb in a day; none fetches nothing
 */
public record ChallengeConfig(OptionalInt cpus, OptionalLong ramMb, long diskMb, long networkMb) {}
