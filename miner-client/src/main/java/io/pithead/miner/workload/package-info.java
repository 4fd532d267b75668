/**
 * What runs inside a job's child process. The agent writes {@code job.json} into the job's folder and starts {@link
 * io.pithead.miner.workload.Child}, which runs one {@link io.pithead.miner.workload.Workload}, writes {@code out.txt}
 * and {@code result.json} and says on its standard output how far it is. It ends itself when its standard input closes,
 * which happens when the agent dies, however it dies.
 */
@NullMarked
package io.pithead.miner.workload;

import org.jspecify.annotations.NullMarked;
