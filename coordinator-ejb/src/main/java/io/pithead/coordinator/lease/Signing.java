package io.pithead.coordinator.lease;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofClaim;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a proof's signature is worth. It is looked at before the proof joins a batch: recovering a key takes longer than all else there. */
sealed interface Signing {
    Signing NONE = new None();

    /** There is none, or none that could be checked: the node has no address. */
    record None() implements Signing {}

    /** It is not the one of the node that has the lease. */
    record Wrong() implements Signing {}

    /** @param node whose address is the claim's */
    record Right(UUID node, ProofClaim claim) implements Signing {}

    /** Of each of these proofs of one account, in their order. */
    static List<Signing> of(Connection connection, UUID sender, List<Proof> proofs) throws SQLException {
        List<UUID> signed = proofs.stream()
                .filter(proof -> proof.signature() != null)
                .map(Proof::id)
                .toList();
        Map<UUID, Holder> holders = signed.isEmpty() ? Map.of() : Holder.find(connection, sender, signed);
        return proofs.stream()
                .map(proof -> of(proof, proof.signature() == null ? null : holders.get(proof.id())))
                .toList();
    }

    private static Signing of(Proof proof, @Nullable Holder holder) {
        if (holder == null) {
            return NONE;
        }
        if (proof.lease() == null) {
            return new Wrong();
        }
        ProofClaim claim = ProofClaim.of(proof, holder.address());
        return claim.isSignedBy(holder.address()) ? new Right(holder.node(), claim) : new Wrong();
    }

    /** A node that has, or last had, the lease of a job, and has an address. */
    record Holder(UUID node, String address) {
        private static final String FIND = "select j.id, n.id as node, n.node_address from job j"
                + " join node n on n.id = j.lease_node and n.account_id = ?"
                + " where j.id = any(?) and n.node_address ~ '^0x[0-9a-f]{40}$'";

        static Map<UUID, Holder> find(Connection connection, UUID sender, List<UUID> jobs) throws SQLException {
            try (var select = connection.prepareStatement(FIND)) {
                new Columns(connection, select).set(sender).uuids(jobs, id -> id);
                var holders = new HashMap<UUID, Holder>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        holders.put(
                                Columns.uuid(row, "id"),
                                new Holder(Columns.uuid(row, "node"), row.getString("node_address")));
                    }
                }
                return holders;
            }
        }
    }
}
