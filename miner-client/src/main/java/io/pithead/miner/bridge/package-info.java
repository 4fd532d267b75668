/**
 * The socket through which a container speaks to its miner: one for each container, in a folder of its own, so that being able
 * to reach it is being that container. Every line gets one line back, in order.
 *
 * <p>What is said is hostile until it is read: lines, connections, names and numbers are bounded, who says too much waits, and
 * nothing that one container says or leaves unsaid holds up another. The socket is made anew by a miner that starts again,
 * in the folder that the container has mounted, so the container only has to connect again.
 */
@NullMarked
package io.pithead.miner.bridge;

import org.jspecify.annotations.NullMarked;
