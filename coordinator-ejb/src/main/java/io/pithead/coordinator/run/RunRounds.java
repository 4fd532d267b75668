package io.pithead.coordinator.run;

import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.Intent;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.chain.SigningKey;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.run.RunNodeStore.Idle;
import io.pithead.coordinator.run.RunNodeStore.Looked;
import io.pithead.coordinator.run.RunNodeStore.Moved;
import io.pithead.coordinator.run.core.RunNodeMachine;
import io.pithead.coordinator.run.core.RunNodeMachine.Decision;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Brings runs to where the chain has them, then their money, their nodes and their invites. All in bounded batches. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class RunRounds {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);
    static final int BATCH = 1_000;
    /** Of one kind in one round: what is left comes with the next. */
    private static final int MAX_BATCHES = 1_000;
    /** A chain that was not read for so long says nothing of now. */
    static final Duration STALE = Duration.ofMinutes(5);

    @Inject
    Database database;

    @Inject
    KnownChains chains;

    @Inject
    ChainGateway gateway;

    @Inject
    Ledger ledger;

    @Inject
    Outbox outbox;

    @Inject
    DiscoveryConfig discovery;

    @Inject
    RunConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("run-rounds", PAUSE, ALLOWED_AGE, this::round);
    }

    void round() {
        for (Known chain : chains.all()) {
            SigningKey key = chain.key();
            if (key != null && chain.has(RunCalls.RUNS) && chain.has(RunCalls.MEMBERSHIPS)) {
                round(chain, key);
            }
        }
    }

    private void round(Known chain, SigningKey key) {
        database.doInTransaction(connection -> RunStore.follow(connection, chain.chainId()));
        settle(chain);
        nodes(chain);
        dismiss(chain);
        var inviter = new Inviter(database, discovery.ttl());
        for (int i = 0; i < MAX_BATCHES && inviter.round(chain, key, Instant.now()) == Inviter.BATCH; i++) {
            // on to the next
        }
    }

    private void settle(Known chain) {
        var money = new RunMoneyRound(ledger, gateway);
        Optional<UUID> after = Optional.empty();
        for (int i = 0; i < MAX_BATCHES; i++) {
            UUID from = after.orElse(null);
            after = database.inTransaction(connection -> money.round(connection, chain, from));
            if (after.isEmpty()) {
                break;
            }
        }
        outbox.wake();
    }

    private void nodes(Known chain) {
        for (int i = 0; i < MAX_BATCHES; i++) {
            int found = database.inTransaction(
                    connection -> RunNodeStore.discover(connection, chain.chainId(), discovery.ttl(), BATCH));
            if (found < BATCH) {
                break;
            }
        }
        Optional<Looked> after = Optional.empty();
        for (int i = 0; i < MAX_BATCHES; i++) {
            Looked from = after.orElse(null);
            after = database.inTransaction(connection -> {
                List<Looked> looked =
                        RunNodeStore.look(connection, chain.chainId(), STALE, discovery.ttl(), from, BATCH);
                RunNodeStore.move(connection, moves(looked, Instant.now()), Instant.now());
                return looked.isEmpty() ? Optional.<Looked>empty() : Optional.of(looked.getLast());
            });
            if (after.isEmpty()) {
                break;
            }
        }
    }

    /** Their places are others' then; who is back is invited anew. */
    private void dismiss(Known chain) {
        database.doInTransaction(connection -> {
            for (Idle idle : RunNodeStore.idle(connection, chain.chainId(), config.dismissAfter(), BATCH)) {
                String reason = idle.state().toLowerCase(Locale.ROOT) + " for too long";
                Intent intent = RunCalls.dismiss(chain, idle.number(), idle.address(), reason);
                gateway.ask(connection, chain.chainId(), idle.manager(), idle.purpose(), intent);
            }
        });
        outbox.wake();
    }

    private List<Moved> moves(List<Looked> looked, Instant now) {
        var moves = new ArrayList<Moved>();
        for (Looked one : looked) {
            Decision decision = RunNodeMachine.decide(one.node(), one.facts(), config.patience(), now);
            if (decision instanceof Decision.Move(var to, var why)) {
                moves.add(new Moved(one, to, why));
            }
        }
        return moves;
    }
}
