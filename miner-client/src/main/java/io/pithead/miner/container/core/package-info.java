/**
 * What is decided about containers, without a clock, an engine or a file: how one is closed in, what to do next given what the
 * engine says, when it starts again, how its output is cut into lines.
 *
 * <pre>
 * (none) -> pulled -> CREATED -> RUNNING <-> PAUSED
 *                        ^          |
 *                        |          v
 *                        +------ EXITED -> proof, or failure
 *                     restart policy, order to restart, engine stopped
 * </pre>
 *
 * <p>An exit that the engine's own stop brought about is no exit of the program: it starts again and nothing is counted. An
 * engine that does not answer decides nothing at all.
 */
@NullMarked
package io.pithead.miner.container.core;

import org.jspecify.annotations.NullMarked;
