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

/** {@code wallet}: what was earned, and by what. */
@Command(
        name = "wallet",
        description = "Shows the balance and the latest ledger entries.",
        mixinStandardHelpOptions = true)
final class WalletCommand extends MinerCommand {
    private static final int ENTRIES = 10;

    @Override
    int run(Screen screen) throws Exception {
        MinerConfig config = reader(settings()).miner();
        try (var api = new CoordinatorApi(config.coordinator(), Optional.of(config.apiKey()), new MonotonicClock())) {
            Answer<Balance> balance = api.balance();
            if (!(balance instanceof Answer.Ok<Balance> ok)) {
                return failed(screen, balance);
            }
            JsonNode entries = api.entries(ENTRIES) instanceof Answer.Ok<JsonNode> page
                    ? page.value().path("items")
                    : Json.toTree(java.util.List.of());
            print(screen, ok.value(), entries);
            return OK;
        }
    }

    private void print(Screen screen, Balance balance, JsonNode entries) {
        if (isJson()) {
            var document = new LinkedHashMap<String, Object>();
            document.put("wallet", balance);
            document.put("entries", entries);
            screen.json(document);
            return;
        }
        screen.line("balance  " + balance.balance() + " " + balance.unit());
        screen.line("pending  " + balance.pending() + " " + balance.unit());
        entries.forEach(entry -> screen.line(entry.path("at").asText() + "  "
                + entry.path("amount").asText() + "  "
                + entry.path("reason").asText() + "  "
                + entry.path("job").asText("")));
    }

    private int failed(Screen screen, Answer<?> answer) {
        String why = Answers.why(answer);
        if (isJson()) {
            screen.json(java.util.Map.of("problems", java.util.List.of(why)));
        } else {
            screen.complain(why);
        }
        return BAD;
    }
}
