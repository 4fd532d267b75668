package io.pithead.protocol.task;

import java.util.List;

/** @param missing digests of the pieces to bring as artifacts before offering it again; none when the snapshot counts */
public record SnapshotAnswer(List<String> missing) {
    public SnapshotAnswer {
        missing = List.copyOf(missing);
    }
}
