/** The server: whose it is, how to reach it, and what it refuses. */
@NullMarked
package io.pithead.cli.server;

import org.jspecify.annotations.NullMarked;
