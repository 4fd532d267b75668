package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pithead admin user …}: people, and what they may do. */
@picocli.CommandLine.Command(
        name = "user",
        description = "People who sign in to the console.",
        mixinStandardHelpOptions = true,
        subcommands = {
            UserCommands.Create.class,
            UserCommands.Listing.class,
            UserCommands.Link.class,
            UserCommands.Unbind.class,
            UserCommands.Disable.class
        })
final class UserCommands extends Group {
    private static final String USERS = "/v1/admin/users";

    @picocli.CommandLine.Command(
            name = "create",
            description = "Makes a user, and prints its id; a link lets it in.",
            mixinStandardHelpOptions = true)
    static final class Create extends Command {
        @Parameters(paramLabel = "NAME", description = "what to sign in with")
        private String name;

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "viewer, operator or admin; or buyer, provider or validator of an account")
        private String role;

        @Option(names = "--account", paramLabel = "ID", description = "of which account")
        private @Nullable UUID account;

        @Option(
                names = "--oidc-subject",
                paramLabel = "SUBJECT",
                description = "what the server's issuer calls this person, who signs in with its account there")
        private @Nullable String oidcSubject;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            var membership = new LinkedHashMap<String, Object>();
            membership.put("role", role);
            if (account != null) {
                membership.put("account", account);
            }
            var request = new LinkedHashMap<String, Object>();
            request.put("name", name);
            request.put("memberships", List.of(membership));
            if (oidcSubject != null) {
                request.put("oidc_subject", oidcSubject);
            }
            JsonNode user = rest.post(USERS, request);
            return show(screen, user, () -> screen.line(Text.of(user.path("id"))));
        }
    }

    @picocli.CommandLine.Command(name = "list", description = "Lists users.", mixinStandardHelpOptions = true)
    static final class Listing extends ListCommand {
        @Override
        String path() {
            return USERS;
        }

        @Override
        String[] columns() {
            return new String[] {
                "id", "name", "memberships", "password", "second_factor", "oidc", "created_at", "disabled_at"
            };
        }
    }

    @picocli.CommandLine.Command(
            name = "link",
            description = "Prints a link that lets this user in once, within ten minutes.",
            mixinStandardHelpOptions = true)
    static final class Link extends Command {
        @Parameters(paramLabel = "ID", description = "the user")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
            JsonNode link = rest.post(USERS + "/" + id + "/link", Map.of());
            String url = profile().url().resolve(link.path("path").asText()).toString();
            return show(screen, link, () -> {
                screen.line(url);
                screen.note("good once, until " + Text.of(link.path("expires_at")) + ", shown this once");
            });
        }
    }

    @picocli.CommandLine.Command(
            name = "unbind",
            description = {
                "Ends signing in with an account elsewhere as this user; open sessions stay.",
                "Who has no password needs a link first."
            },
            mixinStandardHelpOptions = true)
    static final class Unbind extends Command {
        @Parameters(paramLabel = "ID", description = "the user")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode user = rest.post(USERS + "/" + id + "/oidc/unbind", Map.of());
            return show(screen, user, () -> screen.facts(user, "id", "name", "oidc"));
        }
    }

    @picocli.CommandLine.Command(
            name = "disable",
            description = "Keeps a user out, and ends its sessions within a second.",
            mixinStandardHelpOptions = true)
    static final class Disable extends Command {
        @Parameters(paramLabel = "ID", description = "the user")
        private UUID id;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode user = rest.post(USERS + "/" + id + "/disable", Map.of());
            return show(screen, user, () -> screen.facts(user, "id", "name", "disabled_at"));
        }
    }
}
