/**
 * {@code pithead}: the command line of buyers and operators. It knows the HTTP API (docs/API.md) and nothing of the server:
 * answers stay JSON, so that {@code --json} prints what the server said, and a table shows members of it.
 */
@NullMarked
package io.pithead.cli;

import org.jspecify.annotations.NullMarked;
