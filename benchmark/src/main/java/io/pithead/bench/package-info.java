/**
 * Measures a real server over HTTPS, each figure beside the limit of the same machine in the same run.
 *
 * <p>The limit of a request is a no-op endpoint of the same server ({@code pithead.bench.noop}): the same TLS, the same
 * authentication, JSON in and out. The limit of a job adds the rows that a job leaves in the database, written by pgbench
 * in batches as large as the server's own turned out to be. Both limits are measured one after the other and combined as
 * {@code 1/(1/a + 1/b)}: a server that did nothing but these two, on the same cores, could not be faster.
 *
 * <p>The load generator shares the cores with what it measures, so it costs as little as it can: one blocking TLS
 * connection per client, requests made of bytes, answers searched and not parsed where that is enough. Latencies are taken
 * from the time a request was due, not from the time it was sent.
 */
@NullMarked
package io.pithead.bench;

import org.jspecify.annotations.NullMarked;
