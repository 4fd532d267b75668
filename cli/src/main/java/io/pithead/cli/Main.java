package io.pithead.cli;

import io.pithead.cli.command.Cli;

/** Starts the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.build().execute(args));
    }
}
