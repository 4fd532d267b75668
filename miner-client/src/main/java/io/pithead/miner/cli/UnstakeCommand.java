package io.pithead.miner.cli;

import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.Transaction;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code unstake}: begins to take stake out, or takes out what has matured. */
@Command(
        name = "unstake",
        description = {
            "Begins to take stake out: it can be withdrawn when the network's delay is over, and slashed until then.",
            "--all takes all that the nodes do not need; --withdraw takes out what has matured."
        },
        mixinStandardHelpOptions = true)
final class UnstakeCommand extends ChainCommand {
    @ArgGroup(multiplicity = "1")
    private Choice choice = new Choice();

    /** One of the three. */
    static final class Choice {
        @Parameters(paramLabel = "AMOUNT", description = "tokens, such as 50 or 12.5")
        private @Nullable String amount;

        @Option(names = "--all", description = "all that the nodes do not need")
        private boolean all;

        @Option(names = "--withdraw", description = "take out what has matured")
        private boolean withdraw;
    }

    @Override
    void work(Screen screen, ChainDesk desk) throws Exception {
        WalletKey key = stakeKey(desk.config);
        if (choice.withdraw) {
            withdraw(screen, desk, key);
        } else {
            unbond(screen, desk, key);
        }
        show(screen, desk.contracts, key.address());
    }

    private void unbond(Screen screen, ChainDesk desk, WalletKey key) throws Exception {
        Contracts.Provider known = desk.contracts.provider(key.address());
        BigInteger kept = known.nodes() == 0 ? BigInteger.ZERO : desk.contracts.requiredStake(known.nodes());
        BigInteger free = known.stake().subtract(kept).max(BigInteger.ZERO);
        String typed = choice.amount;
        BigInteger tokens = typed == null ? free : Amounts.parse(typed);
        Transaction transaction = desk.transactions.unbond(tokens);
        if (!desk.isResumed(transaction)) {
            say(
                    screen,
                    "staked    " + Money.format(known.stake()) + ", of which " + known.nodes() + " nodes need "
                            + Money.format(kept));
            if (tokens.signum() == 0 || tokens.compareTo(free) > 0) {
                throw new ChainException("no more than " + Money.format(free)
                        + " can be taken out while the nodes are registered: pithead-miner deregister removes them");
            }
            ask(screen, "Take " + Money.format(tokens) + " out of the stake?");
        }
        desk.send(key, transaction);
    }

    private void withdraw(Screen screen, ChainDesk desk, WalletKey key) throws Exception {
        Transaction transaction = desk.transactions.withdraw();
        if (!desk.isResumed(transaction)) {
            Instant now = desk.contracts.now();
            BigInteger matured = desk.contracts.unbonds(key.address()).stream()
                    .filter(one -> !one.maturesAt().isAfter(now))
                    .map(Contracts.Unbond::amount)
                    .reduce(BigInteger.ZERO, BigInteger::add);
            if (matured.signum() == 0) {
                say(screen, "nothing has matured");
                return;
            }
            ask(
                    screen,
                    "Take out " + Money.format(matured) + " to " + key.address().checksummed() + "?");
        }
        desk.send(key, transaction);
    }

    private void show(Screen screen, Contracts contracts, Address provider) throws ChainException {
        show(this, screen, contracts, provider);
    }

    /** What is left, and what is on its way out. */
    static void show(ChainCommand command, Screen screen, Contracts contracts, Address provider) throws ChainException {
        BigInteger stake = contracts.provider(provider).stake();
        List<Contracts.Unbond> unbonds = contracts.unbonds(provider);
        command.report("stake", Money.format(stake));
        command.report(
                "unbonding",
                unbonds.stream()
                        .map(one -> Map.of("amount", Money.format(one.amount()), "matures_at", one.maturesAt()))
                        .toList());
        command.say(screen, "staked    " + Money.format(stake));
        unbonds.forEach(one -> command.say(
                screen,
                "on its way out  " + Money.format(one.amount()) + ", matures at " + one.maturesAt()
                        + ": then pithead-miner unstake --withdraw"));
    }
}
