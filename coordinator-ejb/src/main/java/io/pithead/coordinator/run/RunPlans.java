package io.pithead.coordinator.run;

import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Turnstile;
import io.pithead.coordinator.run.core.RunPreview;
import io.pithead.coordinator.run.core.RunPreview.Candidate;
import io.pithead.coordinator.run.core.RunPreview.Finding;
import io.pithead.coordinator.run.core.RunPreview.Standing;
import io.pithead.coordinator.task.core.Machine;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.run.RunRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a run would come to, from the nodes as they are now. */
@ApplicationScoped
public class RunPlans {
    /** Nodes looked at: the most recently seen ones. */
    private static final int MAX_NODES = 20_000;

    private final Turnstile turnstile = new Turnstile(Duration.ofSeconds(5));

    @Inject
    Database database;

    @Inject
    NodeFacade nodes;

    @Inject
    RunFacade runs;

    public PlanView plan(UUID account, RunRequest request) {
        runs.check(request);
        String text = request.requirements() == null ? "" : request.requirements();
        Finding finding = turnstile.pass(() -> RunPreview.of(Requirements.parse(text), candidates(request.chain())));
        BigInteger budget = request.budget() == null ? BigInteger.ZERO : Money.parse(request.budget());
        BigInteger available = database.withConnection(connection -> Ledger.available(connection, account));
        return new PlanView(
                summary(finding, request.maxNodes()),
                finding.nodes(),
                finding.matching(),
                finding.matching(),
                finding.refusals(),
                List.of(),
                null,
                null,
                Money.format(budget),
                Money.format(available),
                budget.compareTo(available) <= 0);
    }

    private static String summary(Finding finding, long maxNodes) {
        if (finding.nodes() == 0) {
            return "No node is online.";
        }
        String room = finding.matching() > maxNodes ? "; it has room for " + maxNodes : "";
        return finding.matching() + " of " + finding.nodes() + " nodes that are online could join it" + room + ".";
    }

    private List<Candidate> candidates(long chain) {
        Duration offlineAfter = nodes.pace().offlineAfter();
        return database.withConnection(connection -> candidates(connection, chain, offlineAfter));
    }

    private static List<Candidate> candidates(Connection connection, long chain, Duration offlineAfter)
            throws SQLException {
        try (var select = connection.prepareStatement("""
                select n.capabilities, n.ban is not null as banned, n.node_address is not null as keyed,
                       f.address is not null as known,
                       coalesce(f.validated and not f.blacklisted and p.standing = 'GOOD', false) as validated,
                       coalesce(r.open, false) as taken
                  from node n
                  join node_liveness l on l.node_id = n.id
                  left join discovery_chain_node f on f.chain = ? and f.address = n.node_address
                  left join discovery_provider p on p.chain = f.chain and p.address = f.provider
                  left join discovery_run r on r.chain = f.chain and r.number = f.placed
                 where l.last_seen_at > now() - make_interval(secs => ?)
                 order by l.last_seen_at desc limit ?""")) {
            new Columns(connection, select)
                    .set(chain)
                    .set((double) offlineAfter.toSeconds())
                    .set(MAX_NODES);
            var candidates = new ArrayList<Candidate>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    candidates.add(new Candidate(
                            Machine.of(Json.own(row.getString("capabilities"), MinerCapabilities.class)),
                            row.getBoolean("banned"),
                            row.getBoolean("keyed"),
                            row.getBoolean("known")
                                    ? Optional.of(new Standing(row.getBoolean("validated"), row.getBoolean("taken")))
                                    : Optional.empty()));
                }
            }
            return candidates;
        }
    }
}
