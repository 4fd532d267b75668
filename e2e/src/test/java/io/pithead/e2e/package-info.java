/**
 * Stories told from outside, with the processes that an operator would start: {@code pithead.jar}; a Payara Server with a
 * PostgreSQL and an Artemis that nobody embedded; miners.
 *
 * <p>Every process listens on 127.0.0.1 and on ports that were free, logs to {@code target/e2e/NAME.log}, is waited for
 * with a deadline and ended by its process id.
 */
@NullMarked
package io.pithead.e2e;

import org.jspecify.annotations.NullMarked;
