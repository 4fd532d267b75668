/**
 * What people look at over time: how many jobs, how long they waited and ran, what was paid, how the queue and the nodes stood.
 *
 * <pre>
 * each minute, how it stands ──────▶ stat_sample ─┐
 * jobs and entries of a minute, two minutes later ┴▶ stat MINUTE, 7 days ──▶ stat HOUR, a year ──▶ REST, console
 * </pre>
 *
 * Every instance goes round; in the transaction that writes there is one, by an advisory lock, and a step is written once, by its
 * key. After a downtime the steps that are missing are written in bounded batches; what nobody looked at then is a gap and stays one.
 * Times in a histogram are counts by fixed buckets, so that an hour is the sum of its minutes.
 */
@NullMarked
package io.pithead.coordinator.stats;

import org.jspecify.annotations.NullMarked;
