package io.pithead.miner;

import io.pithead.miner.cli.Cli;

/** Starts the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.build().execute(args));
    }
}
