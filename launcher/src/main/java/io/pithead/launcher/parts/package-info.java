/**
 * The embedded parts: PostgreSQL as a child process, Artemis in this process. Loaded by a class loader of their own, so
 * that their libraries and the application server's never meet.
 */
@NullMarked
package io.pithead.launcher.parts;

import org.jspecify.annotations.NullMarked;
