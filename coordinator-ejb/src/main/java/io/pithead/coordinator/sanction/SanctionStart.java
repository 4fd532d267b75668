package io.pithead.coordinator.sanction;

import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.coordinator.node.NodeBans;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Roles;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;

/** Has the keeper go round, for each chain that this coordinator has a key of. A validator of its own keeps nothing. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class SanctionStart {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(5);

    @Inject
    Database database;

    @Inject
    KnownChains chains;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Inject
    AttestationFacade attestations;

    @Inject
    NodeBans bans;

    @Inject
    SanctionConfig config;

    @Inject
    Roles roles;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        if (roles.has(Roles.Role.COORDINATOR)) {
            loops.start("sanction", PAUSE, ALLOWED_AGE, this::tick);
        }
    }

    private void tick() {
        for (Known chain : chains.all()) {
            var key = chain.key();
            if (key != null && chain.has(SanctionCalls.NODES) && chain.has(SanctionCalls.REGISTRY)) {
                new Keeper(database, gateway, outbox, attestations, bans, config, chain, key.address())
                        .round(Instant.now());
            }
        }
    }
}
