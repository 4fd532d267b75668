package io.pithead.cli.command;

import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Terminal;
import io.pithead.cli.server.Profile;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import io.pithead.protocol.key.ApiKey;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;

/** {@code pithead login}: keeps a key that works. It is typed or read from the input, and never an argument. */
@picocli.CommandLine.Command(
        name = "login",
        description = {
            "Asks for a key, tries it, and keeps it for this profile.",
            "A pipe brings it too: pithead login --url URL < key.txt"
        },
        mixinStandardHelpOptions = true)
final class LoginCommand extends Command {
    @Override
    int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
        Profile where = wanted();
        String text = read(screen);
        ApiKey key = ApiKey.parse(text)
                .orElseThrow(() -> new UsageException("that is no key: one begins with ph_ and is copied whole"));
        var profile = new Profile(where.name(), where.url(), where.caFile(), Optional.of(text));
        try (Rest asked = new Rest(profile)) {
            asked.get(WhoamiCommand.probe(key.scope()));
        }
        profiles().save(profile);
        if (isJson()) {
            var answer = new LinkedHashMap<String, Object>();
            answer.put("profile", profile.name());
            answer.put("url", profile.url());
            answer.put("scope", key.scope());
            screen.json(answer);
        } else {
            screen.line("profile " + profile.name() + ": " + profile.url() + ", scope "
                    + key.scope().word() + ", kept in " + profiles().file());
        }
        return Exit.OK;
    }

    private static String read(Screen screen) throws UsageException, IOException {
        Console console = System.console();
        if (Terminal.isTypedInto() && console != null) {
            char[] typed = console.readPassword("key: ");
            if (typed == null) {
                throw new UsageException("no key");
            }
            return new String(typed).strip();
        }
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new UsageException("the input has no key");
        }
        screen.note("key read from the input");
        return line.strip();
    }
}
