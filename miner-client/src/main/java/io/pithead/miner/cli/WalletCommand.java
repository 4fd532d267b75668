package io.pithead.miner.cli;

import picocli.CommandLine.Command;

/** {@code wallet}: by itself the balance, and below it what has to do with the node's key. */
@Command(
        name = "wallet",
        description = "Shows the balance and the latest ledger entries; makes and shows the node's key.",
        mixinStandardHelpOptions = true)
final class WalletCommand extends MinerCommand {
    @Override
    int run(Screen screen) throws Exception {
        return BalanceCommand.show(this, screen);
    }
}
