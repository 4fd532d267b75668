package io.pithead.coordinator.run;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.node.DirectiveSource;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.run.InviteStore.Offered;
import io.pithead.coordinator.run.core.RunNodeState;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.run.InviteAnswer;
import io.pithead.protocol.run.InviteTaken;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.RecoverableSignature;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Offers invites with heartbeats, and takes the nodes' answers to the chain. */
@ApplicationScoped
public class InviteFacade implements DirectiveSource {
    private static final Logger LOG = System.getLogger(InviteFacade.class.getName());

    @Inject
    Database database;

    @Inject
    KnownChains chains;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Override
    public Map<UUID, List<Directive>> directives(Connection connection, Collection<UUID> nodes) throws SQLException {
        if (nodes.isEmpty() || chains.all().isEmpty()) {
            return Map.of();
        }
        var directives = new HashMap<UUID, List<Directive>>();
        InviteStore.live(connection, nodes, Inviter.byId(chains.all()))
                .forEach((node, invites) -> directives.put(
                        node, invites.stream().map(Directive::invite).toList()));
        return directives;
    }

    /** The node's word, by whichever miner of the account has its key. The same again changes nothing. */
    public InviteTaken accept(UUID account, UUID id, InviteAnswer answer) {
        InviteTaken taken = database.inTransaction(connection -> {
            Offered offered = InviteStore.find(connection, account, id, Inviter.byId(chains.all()))
                    .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such invite."));
            if (!answer.signature().equals(offered.acceptance())) {
                requireOpen(offered);
                take(connection, offered, signed(offered.invite(), answer));
            }
            Invite invite = offered.invite();
            return new InviteTaken(invite.id(), invite.run(), invite.node());
        });
        outbox.wake();
        LOG.log(Level.INFO, () -> "run.invite_taken run=" + taken.run() + " node=" + taken.node());
        return taken;
    }

    private static RecoverableSignature signed(Invite invite, InviteAnswer answer) {
        byte[] digest = ContractMessages.acceptance(invite.terms());
        return RecoverableSignature.parse(answer.signature())
                .filter(made -> made.signer(digest)
                        .filter(key -> key.address().text().equals(invite.node()))
                        .isPresent())
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.INVALID_PAYLOAD,
                        "The body is not what this path takes.",
                        Map.of("/signature", "must be the invited node's, over its acceptance of this invite")));
    }

    private static void requireOpen(Offered offered) {
        boolean open = offered.state().equals("OPEN")
                && !offered.late()
                && offered.ban() == null
                && offered.runState().equals(RunRow.OPEN)
                && RunNodeState.valueOf(offered.nodeState()).isInvited();
        if (!open) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    "The invite is over.",
                    Map.of("run_state", offered.runState(), "node_state", offered.nodeState()));
        }
    }

    private void take(Connection connection, Offered offered, RecoverableSignature acceptance) throws SQLException {
        Invite invite = offered.invite();
        InviteStore.take(connection, offered, acceptance.toString());
        RunNodeStore.takeInvite(connection, invite.run(), invite.node());
        if (!offered.member()) {
            gateway.ask(
                    connection,
                    invite.chain(),
                    invite.manager(),
                    "join/" + invite.id(),
                    RunCalls.join(invite, acceptance));
        }
    }
}
