package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import java.util.Map;

/** What a request would come to: asked of the server, which keeps nothing of it. */
final class Plan {
    private static final Map<String, String> SPENDS =
            Map.of("/v1/jobs", "set aside", "/tasks", "set aside", "/v1/runs", "put into the run's escrow");

    private Plan() {}

    /** @param path of what would be made; @return a refusal's code where the wallet does not cover it */
    static int of(Rest rest, Screen screen, boolean json, String path, JsonNode request)
            throws Refusal, IOException, InterruptedException {
        JsonNode plan = rest.post(path + "/plan", request);
        if (json) {
            screen.json(plan);
        } else {
            print(screen, plan, SPENDS.getOrDefault(path, "set aside"));
        }
        return plan.path("affordable").asBoolean() ? Exit.OK : Exit.FAILED;
    }

    private static void print(Screen screen, JsonNode plan, String spends) {
        screen.line(Text.of(plan.path("summary")));
        plan.path("refusals")
                .properties()
                .forEach(one -> screen.line("  " + Text.of(one.getValue()) + " kept out: " + Text.plain(one.getKey())));
        for (JsonNode change : plan.path("relaxation")) {
            JsonNode to = change.path("to");
            screen.line("  " + Text.of(change.path("nodes")) + " would fit with " + Text.of(change.path("member")) + " "
                    + (to.isNull() ? "left out" : Text.of(to)) + " instead of " + Text.of(change.path("from")));
        }
        if (plan.path("price").isTextual()) {
            screen.line("price per " + Text.of(plan.path("per")) + "  " + Text.of(plan.path("price")));
        }
        screen.line(spends + " at once  " + Text.of(plan.path("reserves")) + " of " + Text.of(plan.path("available")));
        if (!plan.path("affordable").asBoolean()) {
            screen.note("The wallet does not cover it: pithead wallet deposit");
        }
    }
}
