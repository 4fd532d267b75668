/**
 * How a node comes into a run: it announces itself in the registry, is offered an invite with a heartbeat, looks whether the
 * chain itself knows the inviter, and answers with its own signature. All of it happens beside the agent's loop, which waits
 * for none of it; what is not known is asked again, and refuses nothing for good.
 */
@NullMarked
package io.pithead.miner.membership;

import org.jspecify.annotations.NullMarked;
