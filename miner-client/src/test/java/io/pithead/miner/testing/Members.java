package io.pithead.miner.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.miner.chain.core.Network;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A node, a manager, and what the one offers the other. */
public final class Members {
    public static final WalletKey MANAGER = WalletKey.of(Keccak.digest(new byte[] {1}));
    public static final WalletKey NODE = WalletKey.of(Keccak.digest(new byte[] {2}));
    public static final WalletKey SOMEBODY = WalletKey.of(Keccak.digest(new byte[] {3}));
    public static final long RUN = 7;
    public static final Instant EXPIRY = Instant.parse("2026-11-01T12:00:00Z");
    /** What stands at every contract's address. */
    public static final byte[] CODE = {0x60, 0x00};

    public static final Network NETWORK = network();

    private Members() {}

    private static Network network() {
        var contracts = new TreeMap<String, Network.Contract>();
        for (String name : Network.NEEDED) {
            contracts.put(
                    name,
                    new Network.Contract(
                            new Address("0x" + "%040x".formatted(0xc0 + contracts.size())),
                            Hex.text(Keccak.digest(CODE))));
        }
        return new Network(31_337, contracts);
    }

    public static Invite invite() {
        return signed(UnaryOperator.identity());
    }

    /** Changed first, then signed by the manager. */
    public static Invite signed(UnaryOperator<Invite> change) {
        Invite unsigned = change.apply(new Invite(
                UUID.fromString("0198f3a0-0000-7000-8000-000000000021"),
                UUID.fromString("0198f3a0-0000-7000-8000-000000000020"),
                NETWORK.chain(),
                RUN,
                NETWORK.at(Network.RUNS).text(),
                NETWORK.at(Network.MEMBERSHIPS).text(),
                NODE.address().text(),
                42,
                EXPIRY,
                MANAGER.address().text(),
                "0x"));
        return with(
                unsigned,
                "signature",
                MANAGER.sign(ContractMessages.invite(unsigned.terms())).toString());
    }

    /** The same with another member, signature and all. */
    public static Invite with(Invite invite, String member, Object value) {
        var tree = (ObjectNode) Json.toTree(invite);
        tree.set(member, Json.toTree(value));
        return Json.own(tree.toString(), Invite.class);
    }

    public static Invite without(Invite invite, String member) {
        var tree = (ObjectNode) Json.toTree(invite);
        tree.remove(member);
        return Json.own(tree.toString(), Invite.class);
    }
}
