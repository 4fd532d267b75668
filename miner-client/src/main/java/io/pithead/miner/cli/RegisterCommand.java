package io.pithead.miner.cli;

import io.pithead.miner.chain.Chain;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.RegisterPlan;
import io.pithead.miner.chain.core.RunStatus;
import io.pithead.miner.config.OwnerConfig;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code register}: this node, of the stake key's provider, on the chain. What is there already is left as it is. */
@Command(
        name = "register",
        description = {
            "Registers the provider (STAKE_WALLET_FILE) and this node (WALLET_FILE) on the chain, with the stake they need.",
            "Shows the contracts, the stake and what is sent, and asks. It can be repeated: what is there is skipped."
        },
        mixinStandardHelpOptions = true)
final class RegisterCommand extends ChainCommand {
    @Option(
            names = "--run",
            paramLabel = "NUMBER",
            description = "look first whether this machine meets the run's requirements")
    private @Nullable Long run;

    @Override
    Network network(Screen screen, OwnerConfig config, Chain chain) throws Exception {
        return confirmed(screen, config, chain, told(chain));
    }

    @Override
    void work(Screen screen, ChainDesk desk) throws Exception {
        if (run != null) {
            requirements(screen, desk.contracts, run);
        }
        WalletKey node = key(desk.config.node(), "pithead-miner wallet create makes one; or set WALLET_FILE");
        WalletKey provider = stakeKey(desk.config);
        if (node.address().equals(provider.address())) {
            throw new ChainException(
                    "the node's key and the stake's are the same: a node's key lies on its machine, and"
                            + " whoever takes it should not have the stake. pithead-miner wallet create makes another");
        }
        RegisterPlan.Facts facts = facts(desk.contracts, provider, node);
        show(screen, facts, node);
        switch (RegisterPlan.of(facts)) {
            case RegisterPlan.Impossible impossible -> throw new ChainException(impossible.why());
            case RegisterPlan.TooFewTokens few ->
                throw new ChainException("the stake lacks " + Money.format(few.needed()) + ", and "
                        + provider.address().checksummed() + " holds " + Money.format(few.has())
                        + " tokens: send it some");
            case RegisterPlan.Go go -> carryOut(screen, desk, go, provider, node);
        }
        var after = desk.contracts.node(node.address());
        var standing = desk.contracts.standing(provider.address());
        report("provider", provider.address().checksummed());
        report("standing", standing.name());
        report("node", node.address().checksummed());
        report("state", after.state().name());
        say(screen, "the provider " + standing.words());
        say(screen, "the node " + after.state().words());
    }

    private void requirements(Screen screen, Contracts contracts, long number) throws ChainException {
        Contracts.Run found = contracts.run(number);
        if (found.status() == RunStatus.UNKNOWN || found.status() == RunStatus.ENDED) {
            throw new ChainException("run " + number + " is " + found.status() + " on the chain");
        }
        var hardware = Inventory.read(new NvidiaSmi("nvidia-smi")).hardware();
        RunFit.require(number, found.requirements(), hardware);
        say(screen, "this machine meets the requirements of run " + number);
    }

    private static RegisterPlan.Facts facts(Contracts contracts, WalletKey provider, WalletKey node)
            throws ChainException {
        Contracts.Provider known = contracts.provider(provider.address());
        Contracts.Node there = contracts.node(node.address());
        long nodes = known.nodes() + (there.provider().isPresent() ? 0 : 1);
        return new RegisterPlan.Facts(
                provider.address(),
                known.registered(),
                known.blacklisted(),
                known.stake(),
                contracts.requiredStake(nodes),
                there.provider(),
                there.state(),
                contracts.tokens(provider.address()));
    }

    private void show(Screen screen, RegisterPlan.Facts facts, WalletKey node) {
        say(
                screen,
                "provider  " + facts.provider().checksummed() + ", holds " + Money.format(facts.tokens()) + " tokens");
        say(screen, "node      " + node.address().checksummed());
        say(screen, "staked    " + Money.format(facts.stake()) + ", needed " + Money.format(facts.required()));
    }

    private void carryOut(Screen screen, ChainDesk desk, RegisterPlan.Go go, WalletKey provider, WalletKey node)
            throws Exception {
        report("staked", Money.format(go.stake()));
        if (go.steps().isEmpty()) {
            say(screen, "all of it is on the chain already");
            return;
        }
        for (RegisterPlan.Step step : go.steps()) {
            say(screen, "will " + words(step, go.stake()));
        }
        ask(screen, "Do this?");
        for (RegisterPlan.Step step : go.steps()) {
            desk.send(
                    provider,
                    switch (step) {
                        case REGISTER_PROVIDER -> desk.transactions.register(provider, go.stake());
                        case INCREASE_STAKE -> desk.transactions.stake(provider, go.stake());
                        case REGISTER_NODE -> desk.transactions.registerNode(provider.address(), node);
                    });
        }
    }

    private static String words(RegisterPlan.Step step, BigInteger stake) {
        return switch (step) {
            case REGISTER_PROVIDER -> "register the provider, with a stake of " + Money.format(stake);
            case INCREASE_STAKE -> "add " + Money.format(stake) + " to the stake";
            case REGISTER_NODE -> "register the node";
        };
    }
}
