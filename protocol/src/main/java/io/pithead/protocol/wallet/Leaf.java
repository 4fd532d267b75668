package io.pithead.protocol.wallet;

/**
 * One line of {@code GET /v1/epochs/{n}/leaves}: what an account has earned since the beginning, under the epoch's root.
 *
 * @param index its place in the tree, for good
 */
public record Leaf(int index, String account, String cumulative) {}
