/** Wire records of the admin's view of queues and dead letters. */
@NullMarked
package io.pithead.protocol.queue;

import org.jspecify.annotations.NullMarked;
