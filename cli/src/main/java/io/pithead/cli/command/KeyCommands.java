package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pithead key …}, of an operator. */
@picocli.CommandLine.Command(
        name = "key",
        description = "Keys of accounts; needs one of scope admin.",
        mixinStandardHelpOptions = true,
        subcommands = {
            KeyCommands.Create.class,
            KeyCommands.Listing.class,
            KeyCommands.Rotate.class,
            KeyCommands.Revoke.class
        })
final class KeyCommands extends Group {
    private static final String KEYS = "/v1/admin/keys";

    /** The key alone on the output, so that it can go into a file; it is never shown again. */
    private static int issued(Command command, Screen screen, JsonNode key) {
        return command.show(screen, key, () -> {
            screen.line(key.path("key").asText());
            screen.note(
                    "key " + Text.of(key.path("id")) + " of scope " + Text.of(key.path("scope")) + ", shown this once");
        });
    }

    @picocli.CommandLine.Command(
            name = "create",
            description = "Makes a key and prints it, this once.",
            mixinStandardHelpOptions = true)
    static final class Create extends Command {
        @Option(names = "--account", required = true, paramLabel = "ID", description = "whose")
        private UUID account;

        @Option(
                names = "--scope",
                required = true,
                paramLabel = "SCOPE",
                description = "buyer, miner, validator or admin")
        private String scope;

        @Option(names = "--label", paramLabel = "TEXT", description = "what it is for")
        private @Nullable String label;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            var body = new LinkedHashMap<String, Object>();
            body.put("account", account);
            body.put("scope", scope);
            if (label != null) {
                body.put("label", label);
            }
            return issued(this, screen, rest.post(KEYS, body));
        }
    }

    @picocli.CommandLine.Command(
            name = "list",
            description = "Lists keys, newest first.",
            mixinStandardHelpOptions = true)
    static final class Listing extends ListCommand {
        @Option(names = "--account", paramLabel = "ID", description = "of this one only")
        private @Nullable UUID account;

        @Override
        String path() {
            return KEYS + (account == null ? "" : "?account=" + account);
        }

        @Override
        String[] columns() {
            return new String[] {"id", "account", "scope", "hint", "label", "last_used_at", "expires_at", "revoked_at"};
        }
    }

    @picocli.CommandLine.Command(
            name = "rotate",
            description = "Makes another one in its place; the old one works a while longer.",
            mixinStandardHelpOptions = true)
    static final class Rotate extends Command {
        @Parameters(paramLabel = "ID", description = "the key")
        private UUID id;

        @Option(names = "--grace", paramLabel = "SECONDS", description = "so long (a day)")
        private @Nullable Long grace;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            String query = grace == null ? "" : "?grace_s=" + grace;
            return issued(this, screen, rest.post(KEYS + "/" + id + "/rotate" + query, Map.of()));
        }
    }

    @picocli.CommandLine.Command(
            name = "revoke",
            description = "Ends a key within a second.",
            mixinStandardHelpOptions = true)
    static final class Revoke extends Command {
        @Parameters(paramLabel = "ID", description = "the key")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode key = rest.post(KEYS + "/" + id + "/revoke", Map.of());
            return show(screen, key, () -> screen.facts(key, "id", "scope", "hint", "revoked_at"));
        }
    }
}
