package io.pithead.coordinator.settlement;

import io.pithead.coordinator.chain.Calls;
import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.Intent;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.coordinator.settlement.core.EpochPolicy;
import io.pithead.coordinator.settlement.core.EpochPolicy.Asked;
import io.pithead.coordinator.settlement.core.EpochPolicy.Facts;
import io.pithead.coordinator.settlement.core.EpochPolicy.Posted;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.coordinator.settlement.core.EpochPolicy.Step;
import io.pithead.coordinator.settlement.core.EpochState;
import io.pithead.protocol.signing.Address;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;

/** What epochs have to do with the contract {@code Rewards}. Every write is its caller's transaction. */
final class RewardsDesk {
    private static final Logger LOG = System.getLogger(RewardsDesk.class.getName());

    private final Chain chain;
    private final ChainGateway gateway;
    private final Outbox outbox;
    private final LongFunction<String> leavesUri;

    RewardsDesk(Chain chain, ChainGateway gateway, Outbox outbox, LongFunction<String> leavesUri) {
        this.chain = chain;
        this.gateway = gateway;
        this.outbox = outbox;
        this.leavesUri = leavesUri;
    }

    Chain chain() {
        return chain;
    }

    void wake() {
        outbox.wake();
    }

    /** @return whether there is more to do at once */
    boolean advance(Connection connection, EpochStore store, EpochRow epoch, Instant now) throws SQLException {
        Step step = EpochPolicy.next(facts(connection, epoch));
        return switch (step) {
            case Step.Approve approve ->
                ask(connection, epoch, "approve", call(chain.token(), "approve", chain.rewards(), approve.amount()));
            case Step.Fund fund ->
                ask(connection, epoch, "fund", Calls.call(chain.rewards().text(), "fund", new Uint256(fund.amount())));
            case Step.Funded funded -> move(connection, store, epoch, EpochState.POSTING, now, epoch.activeAt());
            case Step.Post post -> ask(connection, epoch, "post", posting(epoch));
            case Step.Pend pend ->
                move(connection, store, epoch, EpochState.PENDING, later(now, pend.activeAt()), pend.activeAt());
            case Step.Activate activate -> move(connection, store, epoch, EpochState.ACTIVE, now, epoch.activeAt());
            case Step.Withdraw withdraw ->
                move(connection, store, epoch, EpochState.WITHDRAWN, now, withdraw.activeAt());
            case Step.Wait wait -> waits(connection, store, epoch, wait.reason());
            case Step.Stuck stuck -> stuck(connection, store, epoch, stuck.reason());
            case Step.Rest rest -> false;
        };
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private boolean ask(Connection connection, EpochRow epoch, String what, Intent intent) throws SQLException {
        gateway.ask(connection, chain.id(), chain.key().text(), purpose(epoch, what), intent);
        return false;
    }

    private static String purpose(EpochRow epoch, String what) {
        return "epoch/" + epoch.number() + "/" + what;
    }

    private static Intent call(Address contract, String function, Address to, BigInteger amount) {
        return Calls.call(
                contract.text(), function, new org.web3j.abi.datatypes.Address(to.text()), new Uint256(amount));
    }

    private Intent posting(EpochRow epoch) {
        Root root = epoch.rooted();
        return Calls.call(
                chain.rewards().text(),
                "post",
                new Uint64(epoch.number()),
                bytes32(root.hash()),
                new Uint256(root.total()),
                bytes32(root.leavesHash()),
                new Utf8String(leavesUri.apply(epoch.number())));
    }

    private static Bytes32 bytes32(String hash) {
        return new Bytes32(HexFormat.of().parseHex(hash, 2, hash.length()));
    }

    private boolean move(
            Connection connection,
            EpochStore store,
            EpochRow epoch,
            EpochState to,
            Instant from,
            @Nullable Instant activeAt)
            throws SQLException {
        boolean moved = store.move(connection, epoch, to, from.plus(Closing.PATIENCE), activeAt);
        if (moved) {
            LOG.log(
                    Level.INFO,
                    () -> "epoch.moved chain=" + chain.name() + " epoch=" + epoch.number() + " from=" + epoch.state()
                            + " to=" + to + " total=" + epoch.sum());
        }
        return moved;
    }

    private static boolean waits(Connection connection, EpochStore store, EpochRow epoch, String reason)
            throws SQLException {
        store.waits(connection, epoch.number(), reason);
        return false;
    }

    private boolean stuck(Connection connection, EpochStore store, EpochRow epoch, String why) throws SQLException {
        String reason = why.substring(0, Math.min(why.length(), EpochStore.MAX_REASON));
        if (!reason.equals(epoch.waits())) {
            LOG.log(
                    Level.ERROR,
                    () -> "epoch.stuck chain=" + chain.name() + " epoch=" + epoch.number() + " state=" + epoch.state()
                            + " reason=" + reason);
        }
        return waits(connection, store, epoch, reason);
    }

    private Facts facts(Connection connection, EpochRow epoch) throws SQLException {
        return new Facts(
                epoch.state(),
                epoch.rooted(),
                funded(connection),
                asked(connection, epoch, "approve"),
                asked(connection, epoch, "fund"),
                asked(connection, epoch, "post"),
                posted(connection, epoch.number()),
                ChainStates.time(connection, chain.id()));
    }

    /** All that the contract was ever given. */
    BigInteger funded(Connection connection) throws SQLException {
        return ChainStates.whenFinal(connection, chain.id(), "rewards", "")
                .map(body -> new BigInteger(body.getOrDefault("funded", "0")))
                .orElse(BigInteger.ZERO);
    }

    Optional<Posted> posted(Connection connection, long epoch) throws SQLException {
        return ChainStates.whenFinal(connection, chain.id(), "root", Long.toString(epoch))
                .map(RewardsDesk::posted);
    }

    private static Posted posted(Map<String, String> body) {
        return new Posted(
                new Root(
                        body.getOrDefault("root", ""),
                        new BigInteger(body.getOrDefault("total", "0")),
                        body.getOrDefault("leaves_hash", "")),
                Instant.ofEpochSecond(Long.parseLong(body.getOrDefault("active_at", "0"))),
                "withdrawn".equals(body.get("state")));
    }

    private Optional<Asked> asked(Connection connection, EpochRow epoch, String what) throws SQLException {
        return gateway.find(connection, chain.id(), purpose(epoch, what)).map(RewardsDesk::asked);
    }

    private static Asked asked(ChainGateway.Asked asked) {
        return switch (asked.state()) {
            case ASKED, SIGNED -> new Asked.Underway(asked.state().name());
            case MINED, DONE -> new Asked.Mined();
            case REVERTED, REFUSED, LOST -> new Asked.Failed(asked.state() + ": " + asked.error());
        };
    }
}
