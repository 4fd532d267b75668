package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pithead wallet …}: the account's money. */
@picocli.CommandLine.Command(
        name = "wallet",
        description = "The account's money.",
        mixinStandardHelpOptions = true,
        subcommands = {WalletCommands.Balance.class, WalletCommands.Entries.class, WalletCommands.Deposit.class})
final class WalletCommands extends Group {
    @picocli.CommandLine.Command(
            name = "balance",
            description = "Shows what can be spent, what is reserved, and what is still locked.",
            mixinStandardHelpOptions = true)
    static final class Balance extends Command {
        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            JsonNode balance = rest.get("/v1/wallet/balance");
            return show(
                    screen,
                    balance,
                    () -> screen.facts(balance, "balance", "reserved", "pending", "unit", "matures_at", "wallet"));
        }
    }

    @picocli.CommandLine.Command(
            name = "entries",
            description = "Lists what came and went, newest first.",
            mixinStandardHelpOptions = true)
    static final class Entries extends ListCommand {
        @Override
        String path() {
            return "/v1/wallet/entries";
        }

        @Override
        String[] columns() {
            return new String[] {"at", "amount", "from", "to", "reason", "job"};
        }
    }

    @picocli.CommandLine.Command(
            name = "deposit",
            description = "Announces a deposit, which counts when the operator has confirmed it.",
            mixinStandardHelpOptions = true)
    static final class Deposit extends Command {
        @Parameters(paramLabel = "TOKENS", description = "how much")
        private String amount;

        @Option(names = "--reference", paramLabel = "TEXT", description = "by which the operator finds the payment")
        private @Nullable String reference;

        @Override
        int run(Rest rest, Screen screen) throws Refusal, IOException, InterruptedException {
            var body = new LinkedHashMap<String, Object>();
            body.put("amount", amount);
            if (reference != null) {
                body.put("reference", reference);
            }
            JsonNode deposit = rest.post("/v1/wallet/deposits", body);
            return show(screen, deposit, () -> screen.facts(deposit, "id", "amount", "state", "reference"));
        }
    }
}
