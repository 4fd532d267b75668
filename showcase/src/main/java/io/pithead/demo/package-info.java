/**
 * The story that {@code ./demo} tells: it starts a server and a miner as anybody would, makes an account and a key for a
 * buyer and for a provider with the first admin key, submits jobs over REST and shows what becomes of them.
 *
 * <p>Everything is kept under one folder, so that a second start goes on where the first one stopped. Whatever it started
 * it ends by process id, the miner first.
 */
@NullMarked
package io.pithead.demo;

import org.jspecify.annotations.NullMarked;
