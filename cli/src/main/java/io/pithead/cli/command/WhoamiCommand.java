package io.pithead.cli.command;

import io.pithead.cli.screen.Screen;
import io.pithead.cli.server.Profile;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import java.io.IOException;
import java.util.LinkedHashMap;

/** {@code pithead whoami}: which server, which key, and whether it works. */
@picocli.CommandLine.Command(
        name = "whoami",
        description = "Says which server and key are used, and whether the key works.",
        mixinStandardHelpOptions = true)
final class WhoamiCommand extends Command {
    /** What any key of this scope may read, and no other. */
    static String probe(Scope scope) {
        return switch (scope) {
            case BUYER -> "/v1/jobs?limit=1";
            case MINER -> "/v1/wallet/balance";
            case VALIDATOR -> "/v1/validator/challenges?limit=1";
            case ADMIN -> "/v1/admin/stats";
        };
    }

    @Override
    int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
        Profile profile = profile();
        ApiKey key = profile.key()
                .flatMap(ApiKey::parse)
                .orElseThrow(() -> new UsageException("no key for " + profile.url() + ": pithead login"));
        rest.get(probe(key.scope()));
        if (isJson()) {
            var answer = new LinkedHashMap<String, Object>();
            answer.put("profile", profile.name());
            answer.put("url", profile.url());
            answer.put("scope", key.scope());
            answer.put("hint", key.hint());
            screen.json(answer);
        } else {
            screen.line(key.scope().word() + " " + key.hint() + "… at " + profile.url() + " (profile " + profile.name()
                    + ")");
        }
        return Exit.OK;
    }
}
