package io.pithead.coordinator.discovery;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.RegistryStore.Known;
import io.pithead.coordinator.discovery.core.NodeFacts;
import io.pithead.coordinator.discovery.core.RegistrationPolicy;
import io.pithead.coordinator.discovery.core.RegistrationRefusal;
import io.pithead.coordinator.discovery.core.RunFacts;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.discovery.DiscoveredNode;
import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes announcements, and tells of nodes those who may know. Every request has been signed by its signer. */
@ApplicationScoped
public class Registry {
    private static final Logger LOG = System.getLogger(Registry.class.getName());
    /** Two announcements may be lost before a node counts as silent. */
    private static final int ANNOUNCEMENTS_PER_TTL = 3;

    @Inject
    Database database;

    @Inject
    DiscoveryConfig config;

    @Inject
    Origins origins;

    /** @param from the address that the announcement came from */
    public NodeAnnounced announce(Signer signer, NodeAnnouncement announcement, String from) {
        byte[] origin = origins.digest(from);
        return database.inTransaction(connection -> announce(connection, signer, announcement, origin));
    }

    private NodeAnnounced announce(Connection connection, Signer signer, NodeAnnouncement announcement, byte[] origin)
            throws SQLException {
        Optional<NodeFacts> node = ChainFacts.lockNode(connection, signer.chain(), signer.address());
        Optional<RunFacts> run = ChainFacts.run(connection, announcement.run());
        RegistrationPolicy.refusal(node, run, signer.chain(), announcement.hardware())
                .ifPresent(refusal -> refuse(signer, refusal));
        Nonces.take(connection, signer);
        int others = RegistryStore.othersFrom(connection, origin, signer.chain(), signer.address(), config.ttl());
        if (others >= config.maxPerPlace()) {
            refuse(signer, RegistrationRefusal.PLACE_IS_FULL);
        }
        Optional<Known> known = RegistryStore.find(connection, signer.chain(), signer.address());
        List<Reader> readers = ChainFacts.readers(connection, announcement.run());
        long version = known.map(Known::version).orElse(0L);
        SealedEndpoint fresh =
                RegistrationPolicy.counts(announcement.endpoint(), version, readers) ? announcement.endpoint() : null;
        RegistryStore.put(connection, signer, announcement, origin, fresh);
        if (known.isEmpty()) {
            LOG.log(Level.INFO, () -> "discovery.registered node=" + signer.address() + " run=" + announcement.run());
        }
        return answer(signer, announcement, readers, fresh == null ? current(known, announcement) : fresh, version);
    }

    private static @Nullable SealedEndpoint current(Optional<Known> known, NodeAnnouncement announcement) {
        return known.filter(before -> before.run().equals(announcement.run()))
                .map(Known::endpoint)
                .orElse(null);
    }

    private NodeAnnounced answer(
            Signer signer,
            NodeAnnouncement announcement,
            List<Reader> readers,
            @Nullable SealedEndpoint endpoint,
            long version) {
        boolean isGood = endpoint != null && RegistrationPolicy.isFor(endpoint, readers);
        return new NodeAnnounced(
                signer.address().text(),
                announcement.run(),
                readers,
                isGood ? null : version + 1,
                (int) Math.max(1, config.ttl().toSeconds() / ANNOUNCEMENTS_PER_TTL),
                Instant.now());
    }

    private static void refuse(Signer signer, RegistrationRefusal refusal) {
        LOG.log(Level.DEBUG, () -> "discovery.refused node=" + signer.address() + " why=" + refusal);
        throw new CoordinatorException(
                ErrorCode.NODE_REFUSED, "The registry does not list this node.", Map.of("reason", refusal));
    }

    /** For the run's owner and manager; for all others there is no such run. */
    public Page<DiscoveredNode> ofRun(Signer signer, UUID run, @Nullable Address after, int limit) {
        return database.inTransaction(connection -> {
            if (ChainFacts.run(connection, run)
                    .filter(facts -> facts.chain() == signer.chain() && facts.isOf(signer.address()))
                    .isEmpty()) {
                throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such run.");
            }
            take(connection, signer);
            return page(RegistryStore.ofRun(connection, run, signer.address(), config.ttl(), after, limit + 1), limit);
        });
    }

    /** For validators: all nodes of their chain. */
    public Page<DiscoveredNode> forValidator(
            Signer signer, @Nullable Boolean validated, @Nullable Address after, int limit) {
        return database.inTransaction(connection -> {
            if (!ChainFacts.isValidator(connection, signer.chain(), signer.address())) {
                throw new CoordinatorException(ErrorCode.FORBIDDEN_SIGNER, "The signer is no validator of this chain.");
            }
            take(connection, signer);
            return page(
                    RegistryStore.ofChain(
                            connection, signer.chain(), validated, signer.address(), config.ttl(), after, limit + 1),
                    limit);
        });
    }

    /** For the node itself, its run's owner and manager, and validators; for all others there is no such node. */
    public DiscoveredNode node(Signer signer, Address address) {
        return database.inTransaction(connection -> {
            DiscoveredNode node = RegistryStore.node(
                            connection, signer.chain(), address, signer.address(), config.ttl())
                    .orElse(null);
            if (node == null || !mayRead(connection, signer, node)) {
                throw new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node.");
            }
            take(connection, signer);
            return node;
        });
    }

    /** Who is told something is somebody whom the chain knows: from here on the registry knows the key, too. */
    private static void take(Connection connection, Signer signer) throws SQLException {
        Nonces.take(connection, signer);
        FeedStore.learn(connection, signer.chain(), signer.key());
    }

    private static boolean mayRead(Connection connection, Signer signer, DiscoveredNode node) throws SQLException {
        return node.address().equals(signer.address().text())
                || ChainFacts.isValidator(connection, signer.chain(), signer.address())
                || ChainFacts.run(connection, node.run())
                        .filter(run -> run.isOf(signer.address()))
                        .isPresent();
    }

    private static Page<DiscoveredNode> page(List<DiscoveredNode> rows, int limit) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<DiscoveredNode> page = rows.subList(0, limit);
        return new Page<>(page, page.getLast().address());
    }
}
