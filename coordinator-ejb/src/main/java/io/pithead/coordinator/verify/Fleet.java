package io.pithead.coordinator.verify;

import io.pithead.coordinator.dispatch.core.Eligibility;
import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The nodes that are online, as they were a moment ago; what is given to one counts against it at once. */
final class Fleet {
    private static final int MAX_NODES = 20_000;

    private final List<Member> members;
    private final Map<UUID, Integer> given = new HashMap<>();

    private Fleet(List<Member> members) {
        this.members = members;
    }

    /** What must be equal for the same work to have the same output, as far as nodes say. */
    record DeterminismClass(Mode mode, List<String> gpus) {
        static DeterminismClass of(MinerCapabilities capabilities) {
            Hardware hardware = capabilities.hardware();
            List<Hardware.Gpu> gpus = hardware == null ? null : hardware.gpus();
            if (capabilities.mode() != Mode.GPU || gpus == null) {
                return new DeterminismClass(capabilities.mode(), List.of());
            }
            return new DeterminismClass(
                    capabilities.mode(),
                    gpus.stream()
                            .map(gpu -> gpu.name() == null ? "" : gpu.name())
                            .distinct()
                            .sorted()
                            .toList());
        }
    }

    /** A node and its account. */
    record Chosen(UUID node, UUID provider) {}

    /** @param marks of its machine and its graphics cards */
    private record Member(
            UUID node,
            UUID provider,
            NodeShape shape,
            DeterminismClass kind,
            boolean open,
            int free,
            Set<String> marks) {}

    /**
     * @param offlineAfter without a sign of life
     * @param sameMachine whether it is left out which nodes are one machine
     */
    static Fleet read(Connection connection, Duration offlineAfter, boolean sameMachine) throws SQLException {
        try (var select = connection.prepareStatement("select n.id, n.account_id, n.capabilities,"
                + " array(select run_id from run_node m where m.node_id = n.id and m.state = 'HEALTHY') as runs,"
                + " not n.draining and n.ban is null as open, n.concurrency - (select count(*) from job j"
                + " where j.lease_node = n.id and j.state in ('LEASED', 'RUNNING'))::integer as free,"
                + " array(select kind || ' ' || mark from node_mark m where m.node_id = n.id"
                + " and kind <> 'ADDRESS') as marks"
                + " from node n join node_liveness l on l.node_id = n.id"
                + " where l.last_seen_at > now() - make_interval(secs => ?) order by l.last_seen_at desc limit ?")) {
            new Columns(connection, select)
                    .set((double) offlineAfter.toSeconds())
                    .set(MAX_NODES);
            var members = new ArrayList<Member>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    MinerCapabilities capabilities = Json.own(row.getString("capabilities"), MinerCapabilities.class);
                    members.add(new Member(
                            Columns.uuid(row, "id"),
                            Columns.uuid(row, "account_id"),
                            NodeShape.of(capabilities, Columns.uuidSet(row, "runs")),
                            DeterminismClass.of(capabilities),
                            row.getBoolean("open"),
                            row.getInt("free"),
                            sameMachine ? Set.of() : Columns.textSet(row, "marks")));
                }
            }
            return new Fleet(members);
        }
    }

    /** What it offers, if it takes work at all. */
    Set<String> workloadsOf(UUID node) {
        return find(node).map(member -> member.shape.workloads()).orElse(Set.of());
    }

    UUID providerOf(UUID node) {
        return find(node).orElseThrow().provider;
    }

    /** Whether this one could take the job, and is none of these providers' machines; it may be busy. */
    boolean fits(UUID node, JobNeed need, DeterminismClass kind, Set<UUID> otherThan) {
        return find(node)
                .filter(member -> !otherThan.contains(member.provider))
                .filter(member -> Collections.disjoint(member.marks, marksOf(otherThan)))
                .filter(member -> member.kind.equals(kind) && Eligibility.fits(need, member.shape))
                .isPresent();
    }

    private Optional<Member> find(UUID node) {
        return members.stream()
                .filter(member -> member.open && member.node.equals(node))
                .findFirst();
    }

    private Set<String> marksOf(Set<UUID> providers) {
        return members.stream()
                .filter(member -> providers.contains(member.provider))
                .flatMap(member -> member.marks.stream())
                .collect(Collectors.toSet());
    }

    /**
     * One that could take the job, at random. Machines that bear a mark of one of these providers' are theirs, whatever name they go by.
     *
     * @param kind any, where there is none
     */
    Optional<Chosen> choose(
            JobNeed need, @Nullable DeterminismClass kind, Set<UUID> otherThan, RandomGenerator random) {
        Set<String> theirs = marksOf(otherThan);
        List<Member> fit = members.stream()
                .filter(member -> member.open && !otherThan.contains(member.provider))
                .filter(member -> Collections.disjoint(member.marks, theirs))
                .filter(member -> kind == null || member.kind.equals(kind))
                .filter(member -> member.free > given.getOrDefault(member.node, 0))
                .filter(member -> Eligibility.fits(need, member.shape))
                .toList();
        if (fit.isEmpty()) {
            return Optional.empty();
        }
        // by provider first: many nodes of one account are asked no more often than one
        var byProvider = new HashMap<UUID, List<Member>>();
        fit.forEach(member -> byProvider
                .computeIfAbsent(member.provider, id -> new ArrayList<>())
                .add(member));
        List<UUID> providers = new ArrayList<>(byProvider.keySet());
        Collections.sort(providers);
        List<Member> nodes = byProvider.getOrDefault(providers.get(random.nextInt(providers.size())), List.of());
        Member chosen = nodes.get(random.nextInt(nodes.size()));
        given.merge(chosen.node, 1, Integer::sum);
        return Optional.of(new Chosen(chosen.node, chosen.provider));
    }
}
