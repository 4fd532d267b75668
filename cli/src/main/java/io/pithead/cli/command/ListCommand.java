package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A list, newest first, of which a page is fetched at a time. */
abstract class ListCommand extends Command {
    private static final int PAGE = 200;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "50",
            description = "so many at most; 0: all (${DEFAULT-VALUE})")
    private int limit;

    /** @return the path with its query */
    abstract String path() throws UsageException;

    abstract String[] columns();

    /** The member of a page that has the list. */
    String member() {
        return "items";
    }

    @Override
    final int run(Rest rest, Screen screen) throws Refusal, UsageException, IOException, InterruptedException {
        if (limit < 0) {
            throw new UsageException("--limit is 0 or more");
        }
        var items = new ArrayList<JsonNode>();
        String path = path();
        String cursor = null;
        do {
            int wanted = limit == 0 ? PAGE : Math.min(PAGE, limit - items.size());
            JsonNode page = rest.get(with(path, wanted, cursor));
            page.path(member()).forEach(items::add);
            JsonNode next = page.path("next_cursor");
            cursor = next.isTextual() ? next.asText() : null;
        } while (cursor != null && (limit == 0 || items.size() < limit));
        return print(screen, items, cursor != null);
    }

    private int print(Screen screen, List<JsonNode> items, boolean more) {
        if (isJson()) {
            screen.json(items);
            return Exit.OK;
        }
        if (items.isEmpty()) {
            screen.note("none");
            return Exit.OK;
        }
        screen.table(items, columns());
        if (more) {
            screen.note("there are more: --limit 0 shows all");
        }
        return Exit.OK;
    }

    private static String with(String path, int limit, @Nullable String cursor) {
        String query = (path.contains("?") ? "&" : "?") + "limit=" + limit;
        return path + query + (cursor == null ? "" : "&cursor=" + Rest.part(cursor));
    }
}
