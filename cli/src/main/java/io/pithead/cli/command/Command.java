package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Profile;
import io.pithead.cli.server.Profiles;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: which server, as whom, and how answers and refusals are shown. */
abstract class Command implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(names = "--profile", paramLabel = "NAME", description = "whose server and key (PITHEAD_PROFILE; default)")
    private @Nullable String profile;

    @Option(names = "--url", paramLabel = "URL", description = "the server (PITHEAD_URL)")
    private @Nullable String url;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "certificates to believe besides the machine's (PITHEAD_CA_FILE)")
    private @Nullable Path caFile;

    @Option(names = "--json", description = "print what the server answers, as JSON")
    private boolean json;

    @Override
    public final Integer call() throws InterruptedException {
        Screen screen = screen();
        try {
            Profile chosen = profiles().find(profile, url, caFile);
            try (Rest rest = new Rest(chosen)) {
                return run(rest, screen);
            } catch (IOException e) {
                return complain(screen, Exit.UNREACHABLE, "UNREACHABLE", unreachable(chosen, e));
            }
        } catch (Refusal e) {
            return refused(screen, e);
        } catch (UsageException e) {
            return complain(screen, Exit.USAGE, "USAGE", String.valueOf(e.getMessage()));
        }
    }

    abstract int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException;

    final boolean isJson() {
        return json;
    }

    final Screen screen() {
        var line = spec.commandLine();
        return new Screen(line.getOut(), line.getErr());
    }

    final Profiles profiles() {
        return Profiles.ofUser(System.getenv());
    }

    final Profile profile() throws UsageException {
        return profiles().find(profile, url, caFile);
    }

    /** Where a login goes: a profile that is new is none that is missing. */
    final Profile wanted() throws UsageException {
        return profiles().find(profile, url == null && profile != null ? known(profile) : url, caFile);
    }

    private @Nullable String known(String name) {
        try {
            return profiles().find(name, null, null).url().toString();
        } catch (UsageException e) {
            return Profiles.USUAL_URL;
        }
    }

    /** As the server said it, or for people. */
    final int show(Screen screen, JsonNode answer, Runnable people) {
        if (json) {
            screen.json(answer);
        } else {
            people.run();
        }
        return Exit.OK;
    }

    private static String unreachable(Profile where, IOException why) {
        String message = why.getMessage();
        String name = message == null ? why.getClass().getSimpleName() : Text.plain(message);
        return where.url() + " does not answer (" + name + "). pithead doctor says more.";
    }

    private int complain(Screen screen, int exit, String code, String message) {
        if (json) {
            var error = new LinkedHashMap<String, Object>();
            error.put("code", code);
            error.put("message", message);
            screen.json(Map.of("error", error));
        } else {
            screen.complain(message);
        }
        return exit;
    }

    private int refused(Screen screen, Refusal refusal) {
        if (json) {
            var error = new LinkedHashMap<String, Object>();
            error.put("code", refusal.code());
            error.put("message", refusal.getMessage());
            error.put("details", refusal.details());
            error.put("request_id", refusal.request());
            screen.json(Map.of("error", error));
            return Exit.FAILED;
        }
        screen.complain(refusal.code() + ": " + refusal.getMessage());
        refusal.details()
                .properties()
                .forEach(detail -> screen.note("  " + Text.plain(detail.getKey()) + ": " + Text.of(detail.getValue())));
        if (refusal.request() != null) {
            screen.note("  request " + Text.plain(refusal.request()));
        }
        if (refusal.next() != null) {
            screen.note("  next: " + refusal.next());
        }
        return Exit.FAILED;
    }
}
