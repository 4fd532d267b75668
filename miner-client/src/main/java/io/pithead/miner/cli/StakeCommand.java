package io.pithead.miner.cli;

import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.Transaction;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stake AMOUNT}: more of it. */
@Command(
        name = "stake",
        description = "Adds to the provider's stake. Shows what is sent, and asks.",
        mixinStandardHelpOptions = true)
final class StakeCommand extends ChainCommand {
    @Parameters(paramLabel = "AMOUNT", description = "tokens, such as 50 or 12.5")
    private String amount;

    @Override
    void work(Screen screen, ChainDesk desk) throws Exception {
        BigInteger tokens = Amounts.parse(amount);
        WalletKey key = stakeKey(desk.config);
        Contracts.Provider known = desk.contracts.provider(key.address());
        Transaction transaction = desk.transactions.stake(key, tokens);
        if (!desk.isResumed(transaction)) {
            if (!known.registered()) {
                throw new ChainException(
                        key.address().checksummed() + " is no registered provider: pithead-miner register");
            }
            BigInteger has = desk.contracts.tokens(key.address());
            if (has.compareTo(tokens) < 0) {
                throw new ChainException(key.address().checksummed() + " holds " + Money.format(has) + " tokens only");
            }
            say(screen, "provider  " + key.address().checksummed() + ", holds " + Money.format(has) + " tokens");
            say(screen, "staked    " + Money.format(known.stake()));
            ask(screen, "Add " + Money.format(tokens) + " to the stake?");
        }
        desk.send(key, transaction);
        BigInteger now = desk.contracts.provider(key.address()).stake();
        report("stake", Money.format(now));
        say(screen, "staked    " + Money.format(now));
    }
}
