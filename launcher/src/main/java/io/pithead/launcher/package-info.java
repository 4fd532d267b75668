/**
 * {@code pithead.jar}: the whole server from one file.
 *
 * <p>The jar carries other jars under {@code bundle/}. They are unpacked once into {@code DATA/runtime/<digest>}. The
 * embedded PostgreSQL and Artemis have a class loader of their own, so that their libraries and the application server's
 * never meet; what crosses the border is {@link io.pithead.launcher.Part}. Of stock Payara Micro the boot classes lie in
 * the root of this jar, as they do in the uber jars that it makes itself, and its modules in the bundle.
 *
 * <pre>
 *   configuration ──▶ data directory locked ──▶ unpacked ──▶ database, broker, Payara Micro ──▶ application ──▶ ready
 *        │                    │
 *        └── exit 2 ◀─────────┘   one line per problem, each with what to do
 * </pre>
 *
 * <p>Stopping goes the other way round and each step is bounded. When this process is killed the database gets a
 * termination signal from the kernel where {@code setpriv} exists; where it does not, the next start finds the orphan by
 * its pid file, its executable and its working directory, and stops it before it starts its own. When the database dies
 * it is started again on the same port. A part whose URL is configured is not started at all.
 */
@NullMarked
package io.pithead.launcher;

import org.jspecify.annotations.NullMarked;
