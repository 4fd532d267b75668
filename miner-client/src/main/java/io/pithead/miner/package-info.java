/**
 * The miner: a plain Java process that asks the coordinator for jobs, runs each in a child process and posts its proof.
 * It opens no port. {@code config} reads what its owner set, {@code hardware} what the machine is, {@code api} talks to
 * the coordinator, {@code agent} is the loop, {@code workload} what runs inside the children, {@code cli} the commands.
 */
@NullMarked
package io.pithead.miner;

import org.jspecify.annotations.NullMarked;
