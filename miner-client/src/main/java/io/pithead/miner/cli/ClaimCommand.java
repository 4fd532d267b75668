package io.pithead.miner.cli;

import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Transaction;
import io.pithead.miner.chain.core.ClaimCheck;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.protocol.wallet.Claim;
import java.math.BigInteger;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code claim}: what the closed epochs owe, to the account's payout address. */
@Command(
        name = "claim",
        description = {
            "Has the chain pay what the closed epochs owe to the account's payout address (wallet payout).",
            "Whatever the coordinator says is checked against the root that the chain holds. Shows the amount, and asks."
        },
        mixinStandardHelpOptions = true)
final class ClaimCommand extends ChainCommand {
    @Override
    void work(Screen screen, ChainDesk desk) throws Exception {
        Optional<ClaimCheck.Ready> told = told(desk);
        if (told.isEmpty()) {
            report("claimed", Money.format(BigInteger.ZERO));
            say(screen, "no epoch was closed yet: there is nothing to claim");
            return;
        }
        ClaimCheck.Ready claim = told.get();
        report("account", claim.account().checksummed());
        report("epoch", claim.epoch());
        switch (ClaimCheck.of(claim, desk.network, desk.contracts.claimFacts(claim))) {
            case ClaimCheck.Wrong wrong -> throw new ChainException(wrong.why());
            case ClaimCheck.Nothing nothing -> nothing(screen, nothing);
            case ClaimCheck.NotYet notYet -> {
                report("claimed", Money.format(BigInteger.ZERO));
                report("active_at", notYet.activeAt());
                say(screen, Money.format(notYet.amount()) + " can be claimed from " + notYet.activeAt() + " on");
            }
            case ClaimCheck.Payable payable -> pay(screen, desk, payable);
        }
    }

    private Optional<ClaimCheck.Ready> told(ChainDesk desk) throws Exception {
        var account = reader(settings()).account();
        try (var api = new CoordinatorApi(account.coordinator(), Optional.of(account.apiKey()), new MonotonicClock())) {
            Answer<Claim> answer = api.claim();
            if (!(answer instanceof Answer.Ok<Claim> ok)) {
                throw new ChainException(Answers.why(answer));
            }
            return ClaimCheck.read(ok.value(), desk.network);
        } catch (IllegalArgumentException e) {
            throw new ChainException("the coordinator's claim is not good: " + e.getMessage() + ". Nothing was sent");
        }
    }

    private void nothing(Screen screen, ClaimCheck.Nothing nothing) {
        report("claimed", Money.format(BigInteger.ZERO));
        say(screen, "all " + Money.format(nothing.claimed()) + " of it was claimed already");
    }

    private void pay(Screen screen, ChainDesk desk, ClaimCheck.Payable payable) throws Exception {
        WalletKey key = stakeKey(desk.config);
        Transaction transaction = desk.transactions.claim(payable.claim());
        String amount = Money.format(payable.amount());
        say(screen, "epoch     " + payable.claim().epoch());
        say(
                screen,
                "to        " + payable.claim().account().checksummed()
                        + (payable.claim().account().equals(key.address())
                                ? ""
                                : ", which is not the stake's key: its holder gets the tokens"));
        say(screen, "amount    " + amount);
        ask(screen, "Claim it? " + key.address().checksummed() + " pays the gas");
        desk.send(key, transaction);
        report("claimed", amount);
        say(screen, "claimed   " + amount);
    }
}
