package io.pithead.miner.cli;

import io.pithead.miner.Version;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code version}. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionCommand extends MinerCommand {
    @Override
    int run(Screen screen) {
        if (isJson()) {
            screen.json(
                    Map.of("version", Version.TEXT, "java", Runtime.version().toString()));
        } else {
            screen.line("pithead-miner " + Version.TEXT + " (Java " + Runtime.version() + ")");
        }
        return OK;
    }
}
