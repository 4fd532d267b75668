package io.pithead.coordinator.artifact;

/** What an account may know of an artifact without reading it. */
public sealed interface Looked {
    record Whole(long size) implements Looked {}

    /** The account's own upload, as far as it is. */
    record Begun(long offset, long total) implements Looked {}
}
