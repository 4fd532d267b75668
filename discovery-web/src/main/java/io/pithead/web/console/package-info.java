/**
 * The console: pages for people, made on the server, without a session there.
 *
 * <p>A resource method asks the facades that REST asks, with the visitor's own rights, and puts what they answer into a {@link
 * io.pithead.web.console.Sheet} of {@link io.pithead.web.console.Block}s. What becomes of one is the templates' business alone
 * ({@code src/main/jte}), which escape every string; no Java here writes HTML. A page that changes by itself asks for its own
 * part anew, so that it works without script too, only later.
 *
 * <p>Whatever is of an account carries the account in its path, and is not found for who has no membership there.
 */
@NullMarked
package io.pithead.web.console;

import org.jspecify.annotations.NullMarked;
