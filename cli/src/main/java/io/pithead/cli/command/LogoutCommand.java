package io.pithead.cli.command;

import io.pithead.cli.screen.Screen;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import java.io.IOException;
import java.util.Map;

/** {@code pithead logout}. */
@picocli.CommandLine.Command(
        name = "logout",
        description = "Forgets this profile's key here; pithead key revoke ends it everywhere.",
        mixinStandardHelpOptions = true)
final class LogoutCommand extends Command {
    @Override
    int run(Rest rest, Screen screen) throws UsageException, IOException {
        String name = profile().name();
        boolean had = profiles().forget(name);
        if (isJson()) {
            screen.json(Map.of("profile", name, "forgotten", had));
        } else {
            screen.line(had ? "forgot " + name : "there was no " + name);
        }
        return Exit.OK;
    }
}
