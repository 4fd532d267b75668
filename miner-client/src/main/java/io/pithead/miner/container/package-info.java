/**
 * Containers on the owner's engine. {@link io.pithead.miner.container.Engine} is the port: what the miner needs of an engine,
 * each call with a deadline, so that a slow or broken engine delays one container and nothing else.
 * {@link io.pithead.miner.container.DockerJavaEngine} is the adapter.
 *
 * <p>A container is ours when it has our labels, {@code pithead.miner} above all, which names this miner and its work folder.
 * Nothing else on the engine is ever listed, stopped or removed. What a container may do is decided in
 * {@code core.Hardening}, from the image, the job and the owner's policy, and nowhere else.
 */
@NullMarked
package io.pithead.miner.container;

import org.jspecify.annotations.NullMarked;
