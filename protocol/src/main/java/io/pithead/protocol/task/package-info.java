/**
 * Container tasks: what a buyer asks for, what a node is told to run, and what it says of it.
 *
 * <p>A {@link io.pithead.protocol.task.TaskRequest} is desired state. Each node it is placed on has one container job whose
 * {@link io.pithead.protocol.task.ContainerSpec} was resolved once, at placement, and never changes. The miner reports a
 * {@link io.pithead.protocol.task.ContainerReport} with its progress and is steered by
 * {@link io.pithead.protocol.task.ContainerOrder}s, each with a generation: what it has not been told changes nothing.
 */
@NullMarked
package io.pithead.protocol.task;

import org.jspecify.annotations.NullMarked;
