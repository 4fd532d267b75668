package io.pithead.miner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.config.MinerConfig;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.wallet.Balance;
import java.util.LinkedHashMap;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code wallet balance}: what was earned, and by what. */
@Command(
        name = "balance",
        description = "Shows the balance and the latest ledger entries.",
        mixinStandardHelpOptions = true)
final class BalanceCommand extends MinerCommand {
    private static final int ENTRIES = 10;

    @Override
    int run(Screen screen) throws Exception {
        return show(this, screen);
    }

    static int show(MinerCommand command, Screen screen) throws Exception {
        MinerConfig config = reader(command.settings()).miner();
        try (var api = new CoordinatorApi(config.coordinator(), Optional.of(config.apiKey()), new MonotonicClock())) {
            Answer<Balance> balance = api.balance();
            if (!(balance instanceof Answer.Ok<Balance> ok)) {
                return command.bad(screen, Answers.why(balance));
            }
            JsonNode entries = api.entries(ENTRIES) instanceof Answer.Ok<JsonNode> page
                    ? page.value().path("items")
                    : Json.toTree(java.util.List.of());
            print(command, screen, ok.value(), entries);
            return OK;
        }
    }

    private static void print(MinerCommand command, Screen screen, Balance balance, JsonNode entries) {
        if (command.isJson()) {
            var document = new LinkedHashMap<String, Object>();
            document.put("wallet", balance);
            document.put("entries", entries);
            screen.json(document);
            return;
        }
        screen.line("balance  " + balance.balance() + " " + balance.unit());
        screen.line("pending  " + balance.pending() + " " + balance.unit()
                + (balance.maturesAt() == null ? "" : ", the next of it until " + balance.maturesAt()));
        entries.forEach(entry -> screen.line(entry.path("at").asText() + "  "
                + entry.path("amount").asText() + "  "
                + entry.path("reason").asText() + "  "
                + entry.path("job").asText("")));
    }
}
