package io.pithead.miner.cli;

import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.core.RunStatus;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.WalletKey;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code deregister}: the provider leaves, with all of its nodes and its stake. */
@Command(
        name = "deregister",
        description = {
            "Removes all nodes of the provider and the provider itself; its stake begins to be taken out.",
            "Shows the nodes and the stake, and asks. It can be repeated: what is gone is skipped."
        },
        mixinStandardHelpOptions = true)
final class DeregisterCommand extends ChainCommand {
    @Override
    void work(Screen screen, ChainDesk desk) throws Exception {
        WalletKey key = stakeKey(desk.config);
        Contracts.Provider known = desk.contracts.provider(key.address());
        if (!known.registered()) {
            say(screen, key.address().checksummed() + " is no registered provider");
        } else {
            leave(screen, desk, key, known);
        }
        UnstakeCommand.show(this, screen, desk.contracts, key.address());
    }

    /** A run that has ended holds nobody. */
    private static boolean isPlaced(Contracts contracts, Contracts.Node node) throws ChainException {
        return node.run() != 0 && contracts.runStatus(node.run()) == RunStatus.OPEN;
    }

    private void leave(Screen screen, ChainDesk desk, WalletKey key, Contracts.Provider known) throws Exception {
        List<Address> nodes = desk.contracts.nodesOf(key.address());
        for (Address node : nodes) {
            Contracts.Node there = desk.contracts.node(node);
            say(
                    screen,
                    "node      " + node.checksummed() + " " + there.state().words()
                            + (isPlaced(desk.contracts, there) ? ": it leaves run " + there.run() : ""));
        }
        say(screen, "provider  " + key.address().checksummed());
        say(screen, "staked    " + Money.format(known.stake()));
        ask(screen, "Remove the " + known.nodes() + " nodes and the provider, and take all of the stake out?");
        while (!nodes.isEmpty()) {
            for (Address node : nodes) {
                if (isPlaced(desk.contracts, desk.contracts.node(node))) {
                    desk.send(key, desk.transactions.quit(node));
                }
                desk.send(key, desk.transactions.removeNode(node));
            }
            nodes = desk.contracts.nodesOf(key.address());
        }
        desk.send(key, desk.transactions.deregister());
        say(screen, "the provider is deregistered; what was blacklisted or is in dispute stays so");
    }
}
