package io.pithead.coordinator.lease;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a proof's signature is worth. It is looked at before the proof joins a batch: recovering a key takes longer than all else there. */
sealed interface Signing {
    Signing NONE = new None();
    Wrong NOT_SIGNED = new Wrong("signature", "must be the node's over this proof");

    /** There is none, or none that could be checked: the node has no address. */
    record None() implements Signing {}

    /** @param member of the proof that is not what it must be */
    record Wrong(String member, String why) implements Signing {}

    /** @param node whose address is the claim's */
    record Right(UUID node, ProofClaim claim) implements Signing {}

    /** Of each of these proofs of one account, in their order. */
    static List<Signing> of(Connection connection, UUID sender, List<Proof> proofs) throws SQLException {
        List<UUID> signed = ids(proofs, proof -> proof.signature() != null);
        Map<UUID, Holder> holders = signed.isEmpty() ? Map.of() : Holder.find(connection, sender, signed);
        Map<UUID, String> requests =
                asked(connection, ids(proofs, proof -> holders.containsKey(proof.id()) && proof.requestSha() != null));
        return proofs.stream()
                .map(proof -> proof.signature() == null || !holders.containsKey(proof.id())
                        ? NONE
                        : of(proof, holders.get(proof.id()), requests.get(proof.id())))
                .toList();
    }

    private static List<UUID> ids(List<Proof> proofs, Predicate<Proof> wanted) {
        return proofs.stream().filter(wanted).map(Proof::id).toList();
    }

    private static Signing of(Proof proof, Holder holder, @Nullable String request) {
        if (proof.requestSha() != null && !proof.requestSha().equals(request)) {
            return new Wrong("request_sha", "must be the digest of what was asked");
        }
        if (proof.lease() == null) {
            return NOT_SIGNED;
        }
        ProofClaim claim = ProofClaim.of(proof, holder.address());
        return claim.isSignedBy(holder.address()) ? new Right(holder.node(), claim) : NOT_SIGNED;
    }

    /** {@link WorkRequest#sha} of jobs that have one. */
    private static Map<UUID, String> asked(Connection connection, List<UUID> jobs) throws SQLException {
        var asked = new HashMap<UUID, String>();
        if (jobs.isEmpty()) {
            return asked;
        }
        try (var select = connection.prepareStatement("select job_id, request from job_spec where job_id = any(?)")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    JobRequest request = Json.own(row.getString("request"), JobRequest.class);
                    UUID job = Columns.uuid(row, "job_id");
                    WorkRequest.of(request.workload(), request.params(), request.payload())
                            .sha()
                            .ifPresent(sha -> asked.put(job, sha));
                }
            }
        }
        return asked;
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
