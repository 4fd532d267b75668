package io.pithead.coordinator.artifact;

/** What became of a piece of an upload: the artifact is whole (new to the account or not), or more is wanted. */
public sealed interface Uploaded {
    record Whole(boolean created) implements Uploaded {}

    record Part(long offset, long total) implements Uploaded {}
}
