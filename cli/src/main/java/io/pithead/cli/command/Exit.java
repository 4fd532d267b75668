package io.pithead.cli.command;

/** What the process ends with; docs/CLI.md says so to users. */
final class Exit {
    static final int OK = 0;
    /** The server refused, or what was waited for did not end well. */
    static final int FAILED = 1;
    /** Typed wrong, or nothing to work with. */
    static final int USAGE = 2;
    /** Nobody answers there. */
    static final int UNREACHABLE = 3;

    private Exit() {}
}
