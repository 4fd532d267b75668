package io.pithead.miner.membership;

import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.chain.Chain;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.config.ChainConfig;
import io.pithead.miner.membership.core.InvitePolicy;
import io.pithead.miner.membership.core.InvitePolicy.Refusal;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.run.InviteAnswer;
import io.pithead.protocol.run.InviteTaken;
import io.pithead.protocol.run.RunIds;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.WalletKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks at what was offered, one after the other, on one thread. */
final class Invites implements AutoCloseable {
    /** A coordinator that offers more than anybody can join is not believed all of it. */
    static final int MAX_OFFERED = 16;

    private static final System.Logger LOG = System.getLogger(Invites.class.getName());
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final List<String> RELIED_ON = List.of(Network.RUNS, Network.MEMBERSHIPS);
    /** What may be otherwise the next time, whatever was asked. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

    private final WalletKey node;
    private final CoordinatorApi api;
    private final ChainConfig config;
    private final PinFile pins;
    private final Optional<UUID> wanted;
    /** Those of the offered that are settled. One that is renewed under its old id is another. */
    private final Set<Invite> over = new HashSet<>();
    /** Why one was put off, so that it is said once. */
    private final Map<Invite, String> said = new HashMap<>();

    private @Nullable Network checked;
    private @Nullable Chain chain;

    /** @param wanted the only run that this node joins; any of the chain's when it is empty */
    Invites(WalletKey node, CoordinatorApi api, ChainConfig config, PinFile pins, Optional<UUID> wanted) {
        this.node = node;
        this.api = api;
        this.config = config;
        this.pins = pins;
        this.wanted = wanted;
    }

    /** All that a heartbeat offered. */
    void look(List<Invite> offered) {
        List<Invite> some = offered.subList(0, Math.min(offered.size(), MAX_OFFERED));
        over.retainAll(Set.copyOf(some));
        said.keySet().retainAll(Set.copyOf(some));
        for (Invite invite : some) {
            if (!over.contains(invite)) {
                look(invite);
            }
        }
    }

    private void look(Invite invite) {
        try {
            Optional<Refusal> refusal = refusal(invite);
            if (refusal.isEmpty()) {
                accept(invite);
                return;
            }
            say(invite, refusal.get().name());
            if (!refusal.get().isForNow()) {
                over.add(invite);
            }
        } catch (ChainException e) {
            say(invite, String.valueOf(e.getMessage()));
        }
    }

    /** @throws ChainException when it cannot be known now */
    private Optional<Refusal> refusal(Invite invite) throws ChainException {
        Network network = pins.read()
                .orElseThrow(() -> new ChainException(
                        "no contracts are confirmed in " + pins.path() + ": run pithead-miner register"));
        Optional<Refusal> before = InvitePolicy.before(
                invite, node.address(), network, wanted, RunIds.discoveryRun(invite.chain(), invite.number()));
        if (before.isPresent()) {
            return before;
        }
        var contracts = new Contracts(chain(network), network);
        if (!network.equals(checked)) {
            contracts.check(RELIED_ON);
            checked = network;
        }
        return InvitePolicy.after(
                invite,
                new InvitePolicy.Facts(
                        contracts.managerOf(invite.number()),
                        contracts.isSpent(invite.number(), invite.nonce()),
                        contracts.runStatus(invite.number()),
                        contracts.now()));
    }

    private Chain chain(Network network) throws ChainException {
        if (!config.isOn()) {
            throw new ChainException("CHAIN_RPC is not set, so nobody can be asked who manages the run");
        }
        Chain open = chain;
        if (open == null) {
            open = new Chain(config.rpc(), DEADLINE, OptionalLong.of(network.chain()));
            chain = open;
        }
        return open;
    }

    private void accept(Invite invite) {
        var answer = new InviteAnswer(
                node.sign(ContractMessages.acceptance(invite.terms())).toString());
        switch (api.accept(invite.id(), answer)) {
            case Answer.Ok<InviteTaken> ok -> {
                over.add(invite);
                LOG.log(
                        System.Logger.Level.INFO,
                        () -> "invite.accepted id=" + invite.id() + " run=" + invite.chain() + "/" + invite.number());
            }
            case Answer.Refused<InviteTaken> refused -> {
                boolean final4xx = refused.status() < 500 && !PASSING.contains(refused.status());
                say(invite, refused.status() + " " + refused.code() + " " + refused.message());
                if (final4xx) {
                    over.add(invite);
                }
            }
            case Answer.Lost<InviteTaken> lost -> say(invite, lost.why());
        }
    }

    /** Once for each reason, not with each heartbeat. */
    private void say(Invite invite, String why) {
        if (!why.equals(said.put(invite, why))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "invite.not-accepted id=" + invite.id() + " run=" + invite.chain() + "/" + invite.number()
                            + " why=" + why);
        }
    }

    @Override
    public void close() {
        if (chain != null) {
            chain.close();
        }
    }
}
