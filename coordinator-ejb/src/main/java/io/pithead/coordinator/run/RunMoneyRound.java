package io.pithead.coordinator.run;

import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.ChainGateway.Asked;
import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.ChainStates.Position;
import io.pithead.coordinator.chain.Intent;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.discovery.core.ChainReading;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.run.core.RunMoney;
import io.pithead.coordinator.run.core.RunMoney.Account;
import io.pithead.coordinator.run.core.RunMoney.Escrow;
import io.pithead.coordinator.run.core.RunMoney.Now;
import io.pithead.coordinator.run.core.RunMoney.Standing;
import io.pithead.coordinator.run.core.RunMoney.Step;
import io.pithead.coordinator.run.core.RunMoney.Wallet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The money of runs, a bounded batch in a transaction: what a final block says, decided, entered and asked for at once. */
final class RunMoneyRound {
    private static final String GRACE_OVER = "RunEscrow_GraceOver";
    static final String DEPOSIT = "deposit";
    private static final String APPROVE = "escrow/approve";
    private static final Logger LOG = System.getLogger(RunMoneyRound.class.getName());
    static final int BATCH = 200;
    /** The clocks of chains go by their own rules; so much later their time is over, too. */
    private final Ledger ledger;

    private final ChainGateway gateway;

    RunMoneyRound(Ledger ledger, ChainGateway gateway) {
        this.ledger = ledger;
        this.gateway = gateway;
    }

    /** @return the last run that was looked at; nothing when there are no more */
    Optional<UUID> round(Connection connection, Known chain, @Nullable UUID after) throws SQLException {
        Optional<Position> position = ChainStates.hold(connection, chain.chainId());
        if (position.isEmpty() || position.get().halted() || !position.get().isCaughtUp()) {
            return Optional.empty();
        }
        List<RunRow> runs = RunStore.unsettled(connection, chain.chainId(), after, BATCH);
        List<String> numbers = runs.stream()
                .map(RunRow::number)
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .toList();
        long last = position.get().finalised();
        var states = ChainStates.upTo(connection, chain.chainId(), "run", numbers, last);
        var escrows = ChainStates.upTo(connection, chain.chainId(), "escrow", numbers, last);
        Instant clock = ChainStates.time(connection, chain.chainId());
        Map<UUID, BigInteger> gone = gone(connection, runs);
        for (RunRow run : runs) {
            String number = String.valueOf(run.number());
            settle(
                    connection,
                    chain,
                    run,
                    standing(connection, run, states.getOrDefault(number, Map.of()), clock),
                    escrow(escrows.getOrDefault(number, Map.of())),
                    gone);
        }
        return runs.size() < BATCH
                ? Optional.empty()
                : Optional.of(runs.getLast().id());
    }

    /** By accounts, and none but those of which something is gone; their wallets then stay as they are until the end. */
    private Map<UUID, BigInteger> gone(Connection connection, List<RunRow> runs) throws SQLException {
        List<UUID> accounts = runs.stream()
                .filter(run -> run.money().credited().compareTo(run.money().released()) > 0)
                .map(RunRow::account)
                .distinct()
                .toList();
        Map<UUID, BigInteger> seen = RunStore.gone(connection, accounts);
        if (seen.isEmpty()) {
            return seen;
        }
        ledger.lockAll(connection, seen.keySet());
        return RunStore.gone(connection, seen.keySet());
    }

    private void settle(
            Connection connection,
            Known chain,
            RunRow run,
            Standing standing,
            Escrow escrow,
            Map<UUID, BigInteger> gone)
            throws SQLException {
        var now = new Now(
                standing,
                run.state().equals(RunRow.OPEN),
                run.number() == null && run.state().equals(RunRow.ENDED),
                gateway.find(connection, chain.chainId(), run.purpose(DEPOSIT)).isPresent());
        BigInteger available = standing == Standing.OVER && !run.isOurs()
                ? ledger.lockAvailable(connection, List.of(run.account())).getOrDefault(run.account(), BigInteger.ZERO)
                : BigInteger.ZERO;
        var wallet = new Wallet(available, gone.getOrDefault(run.account(), BigInteger.ZERO));
        Account money = run.money();
        for (Step step : RunMoney.steps(run.money(), escrow, now, wallet)) {
            money = apply(connection, chain, run, money, step);
        }
        // the account's other runs have so much less to answer for
        BigInteger released = money.released().subtract(run.money().released());
        gone.computeIfPresent(
                run.account(), (account, amount) -> amount.subtract(released).max(BigInteger.ZERO));
        if (!money.equals(run.money())) {
            RunStore.putMoney(connection, run.id(), money);
        }
    }

    private Standing standing(Connection connection, RunRow run, Map<String, String> body, Instant clock)
            throws SQLException {
        boolean same =
                run.owner().equals(body.get("owner")) && run.discoveryUri().equals(body.get("discovery_uri"));
        if (!same) {
            return Standing.ABSENT;
        }
        boolean over = "ended".equals(body.get("state")) || !clock.isBefore(ChainReading.endsAt(body));
        if (!over) {
            return Standing.GOING;
        }
        // what is known of the grace is that the contract refuses by it; whatever else it refuses by is the operator's
        // to mend
        boolean late = run.money().returned().signum() > 0
                && gateway.find(
                                connection,
                                run.chain(),
                                run.purpose(unreserve(run.money().returned())))
                        .filter(asked -> asked.state() == ChainGateway.State.REFUSED
                                || asked.state() == ChainGateway.State.REVERTED)
                        .map(Asked::error)
                        .filter(error -> error.startsWith(GRACE_OVER))
                        .isPresent();
        return late ? Standing.LATE : Standing.OVER;
    }

    private static String unreserve(BigInteger total) {
        return "unreserve/" + total;
    }

    private static Escrow escrow(Map<String, String> body) {
        return new Escrow(
                amount(body, "deposited"),
                amount(body, "reserved"),
                amount(body, "released"),
                amount(body, "refunded"));
    }

    private static BigInteger amount(Map<String, String> body, String member) {
        return new BigInteger(body.getOrDefault(member, "0"));
    }

    private Account apply(Connection connection, Known chain, RunRow run, Account money, Step step)
            throws SQLException {
        long number = run.number() == null ? 0 : run.number();
        return switch (step) {
            case Step.Deposit(BigInteger amount) -> {
                if (isApproved(connection, chain, run)) {
                    ask(connection, run, DEPOSIT, RunCalls.escrow(chain, "deposit", number, amount));
                }
                yield money;
            }
            case Step.Reserve(BigInteger amount, BigInteger total) -> {
                ask(connection, run, "reserve/" + total, RunCalls.escrow(chain, "reserve", number, amount));
                yield with(money, money.budget(), total, money.credited(), money.returned());
            }
            case Step.Credit(BigInteger amount) -> {
                post(connection, run, Posting.deposit(run.account(), amount));
                yield with(
                        money,
                        money.budget(),
                        money.reserved(),
                        money.credited().add(amount),
                        money.returned());
            }
            case Step.Release(BigInteger amount, BigInteger total) -> {
                ask(connection, run, "release/" + total, RunCalls.escrow(chain, "release", number, amount));
                yield new Account(
                        money.ours(), money.budget(), money.reserved(), money.credited(), total, money.returned());
            }
            case Step.GiveBack(BigInteger amount) -> {
                post(connection, run, Posting.deposit(run.account(), amount));
                yield with(
                        money, money.budget().subtract(amount), money.reserved(), money.credited(), money.returned());
            }
            case Step.Return(BigInteger amount, BigInteger total, boolean leavesLedger) -> {
                if (leavesLedger) {
                    post(connection, run, Posting.withdrawal(run.account(), amount));
                }
                ask(connection, run, unreserve(total), RunCalls.escrow(chain, "unreserve", number, amount));
                yield with(
                        money,
                        money.budget(),
                        money.reserved().subtract(amount),
                        money.credited().subtract(amount),
                        total);
            }
            case Step.Refund(BigInteger before) -> {
                ask(connection, run, "refund/" + before, RunCalls.refund(chain, number));
                yield money;
            }
        };
    }

    private static Account with(
            Account money, BigInteger budget, BigInteger reserved, BigInteger credited, BigInteger returned) {
        return new Account(money.ours(), budget, reserved, credited, money.released(), returned);
    }

    private boolean isApproved(Connection connection, Known chain, RunRow run) throws SQLException {
        gateway.ask(connection, chain.chainId(), run.manager(), APPROVE, RunCalls.approve(chain));
        return gateway.find(connection, chain.chainId(), APPROVE)
                .map(Asked::state)
                .filter(state -> state == ChainGateway.State.DONE)
                .isPresent();
    }

    private void ask(Connection connection, RunRow run, String what, Intent intent) throws SQLException {
        gateway.ask(connection, run.chain(), run.manager(), run.purpose(what), intent);
    }

    private void post(Connection connection, RunRow run, Posting posting) throws SQLException {
        ledger.post(connection, List.of(posting), Instant.now());
        LOG.log(
                Level.INFO,
                () -> "run.money run=" + run.id() + " reason=" + posting.reason() + " amount=" + posting.amount());
    }
}
