package io.pithead.protocol.task;

import java.time.Instant;
import java.util.UUID;

/**
 * The newest copy of a container's {@code /data} as its buyer sees it. There are only whole ones: until every piece is here the
 * copy before stands.
 *
 * @param address of the node whose container it is
 * @param chunks in how many pieces it lies here
 */
public record SnapshotView(UUID job, String address, Instant takenAt, Long bytes, Integer chunks) {}
