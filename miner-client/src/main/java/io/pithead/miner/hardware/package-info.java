/**
 * What the machine is and what it uses: OSHI's inventory, NVIDIA's own tool where it is installed, the kernel's energy
 * counters, and the processes of a job. What cannot be measured is absent. Nothing here waits longer than it says.
 */
@NullMarked
package io.pithead.miner.hardware;

import org.jspecify.annotations.NullMarked;
