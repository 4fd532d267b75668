package io.pithead.coordinator.discovery;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.discovery.DiscoveryProvider;
import io.pithead.protocol.discovery.DiscoveryRun;
import io.pithead.protocol.discovery.DiscoveryValidators;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The operator tells the registry what a chain would: each statement is whole and replaces the one before it. */
@ApplicationScoped
public class DiscoveryFacts {
    @Inject
    Database database;

    @Inject
    Audit audit;

    @Inject
    KnownChains chains;

    public DiscoveryRun putRun(Caller by, UUID run, DiscoveryRun facts) {
        checkRequirements(facts.requirements());
        requireNone(facts.chain());
        String managerKey = facts.managerKey();
        if (managerKey == null) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "The body is not what this path takes.",
                    Map.of("/manager_key", "must be given"));
        }
        Address manager = key(managerKey).address();
        database.doInTransaction(connection -> {
            if (!FactStore.putRun(connection, run, facts, manager)) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "This run is one of another chain.");
            }
            var said = Map.of(
                    "chain", facts.chain(), "owner", facts.owner(), "manager", manager.text(), "open", facts.open());
            audit.record(connection, by, "discovery.run", run.toString(), said, Instant.now());
        });
        return facts;
    }

    public DiscoveryRun run(UUID run) {
        return database.withConnection(connection -> FactStore.run(connection, run))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such run."));
    }

    public DiscoveryValidators putValidators(Caller by, DiscoveryValidators validators) {
        requireNone(validators.chain());
        List<PublicKey> keys =
                validators.publicKeys().stream().map(DiscoveryFacts::key).toList();
        database.doInTransaction(connection -> {
            FactStore.putValidators(connection, validators.chain(), keys);
            List<String> addresses =
                    keys.stream().map(key -> key.address().text()).toList();
            audit.record(
                    connection,
                    by,
                    "discovery.validators",
                    Long.toString(validators.chain()),
                    Map.of("validators", addresses),
                    Instant.now());
        });
        return validators;
    }

    public DiscoveryValidators validators(long chain) {
        return new DiscoveryValidators(
                chain, database.withConnection(connection -> FactStore.validators(connection, chain)));
    }

    public DiscoveryProvider putProvider(Caller by, Address provider, DiscoveryProvider facts) {
        requireNone(facts.chain());
        database.doInTransaction(connection -> {
            FactStore.putProvider(connection, provider, facts);
            if (FactStore.putNodes(connection, provider, facts) < facts.nodes().size()) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE, "One of these nodes is another provider's, and a node stays one's.");
            }
            var said = Map.of(
                    "chain",
                    facts.chain(),
                    "whitelisted",
                    facts.whitelisted(),
                    "blacklisted",
                    facts.blacklisted(),
                    "nodes",
                    facts.nodes().size());
            audit.record(connection, by, "discovery.provider", provider.text(), said, Instant.now());
        });
        return facts;
    }

    public DiscoveryProvider provider(long chain, Address provider) {
        return database.withConnection(connection -> FactStore.provider(connection, chain, provider))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such provider."));
    }

    /** What two would say, nobody could rely on. */
    private void requireNone(long chain) {
        if (chains.find(chain).isPresent()) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    "This server reads the chain itself: what the registry knows of it comes from there.",
                    Map.of("chain", chain));
        }
    }

    private static PublicKey key(String text) {
        return PublicKey.parse(text).orElseThrow();
    }

    private static void checkRequirements(@Nullable String text) {
        try {
            Requirements.parse(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "The body is not what this path takes.",
                    Map.of("/requirements", String.valueOf(e.getMessage())));
        }
    }
}
