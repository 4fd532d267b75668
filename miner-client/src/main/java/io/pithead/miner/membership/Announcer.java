package io.pithead.miner.membership;

import io.pithead.miner.agent.core.Backoff;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.RegistryApi;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.config.DiscoveryConfig;
import io.pithead.miner.membership.core.AnnouncePolicy;
import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.EndpointSeal;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says to the registry, again and again, that this node is there, what machine it is, and, sealed, where. */
final class Announcer {
    private static final System.Logger LOG = System.getLogger(Announcer.class.getName());
    /** An answer may ask for another seal at once; a registry that goes on asking waits for its next turn. */
    private static final int MAX_SEALS = 3;

    private final DiscoveryConfig config;
    private final WalletKey node;
    private final RegistryApi registry;
    private final PinFile pins;
    private final Supplier<Hardware> hardware;
    private final SecureRandom random = new SecureRandom();
    private int failures;
    private String said = "";

    Announcer(DiscoveryConfig config, WalletKey node, RegistryApi registry, PinFile pins, Supplier<Hardware> hardware) {
        this.config = config;
        this.node = node;
        this.registry = registry;
        this.pins = pins;
        this.hardware = hardware;
    }

    /** Until the thread is interrupted. */
    void run() {
        try {
            while (true) {
                Thread.sleep(round().toMillis());
            }
        } catch (InterruptedException e) {
            // the agent ends
        }
    }

    /** @return when the next one is due */
    Duration round() {
        try {
            return announce(chain());
        } catch (ChainException e) {
            say(System.Logger.Level.WARNING, "discovery.not-announced why=" + e.getMessage());
        } catch (RuntimeException e) {
            // what the machine says of itself may be in no form that is announced
            say(System.Logger.Level.ERROR, "discovery.not-announced why=" + e);
        }
        return AnnouncePolicy.AFTER_REFUSAL;
    }

    private long chain() throws ChainException {
        if (config.run().chain().isPresent()) {
            return config.run().chain().getAsLong();
        }
        return pins.read()
                .orElseThrow(() -> new ChainException(
                        "the chain is not known: run pithead-miner register, or write" + " DISCOVERY_RUN as CHAIN/ID"))
                .chain();
    }

    private Duration announce(long chain) {
        SealedEndpoint sealed = null;
        for (int i = 0; ; i++) {
            Answer<NodeAnnounced> answer = registry.announce(
                    chain,
                    new NodeAnnouncement(config.run().id(), hardware.get().unnamed(), sealed));
            if (!(answer instanceof Answer.Ok<NodeAnnounced> ok)) {
                return troubled(answer);
            }
            failures = 0;
            say(
                    System.Logger.Level.INFO,
                    "discovery.announced run=" + config.run().id() + " chain=" + chain);
            sealed = i < MAX_SEALS ? seal(chain, ok.value()) : null;
            if (sealed == null) {
                return AnnouncePolicy.pace(ok.value());
            }
        }
    }

    /** Nothing when nothing is asked for, or nothing can be given. */
    private @Nullable SealedEndpoint seal(long chain, NodeAnnounced answer) {
        if (config.endpoint().isEmpty() || !AnnouncePolicy.wantsSeal(answer)) {
            return null;
        }
        Optional<List<PublicKey>> readers = AnnouncePolicy.readers(answer);
        Long version = answer.sealAs();
        if (readers.isEmpty() || version == null) {
            say(System.Logger.Level.WARNING, "discovery.not-sealed why=the readers' keys are not theirs, or too many");
            return null;
        }
        var place = new EndpointSeal.Place(chain, config.run().id(), node.address(), version);
        SealedEndpoint sealed = EndpointSeal.seal(place, config.endpoint().get().text(), readers.get(), random);
        LOG.log(
                System.Logger.Level.INFO,
                () -> "discovery.sealed version=" + version + " readers="
                        + readers.get().size());
        return sealed;
    }

    private Duration troubled(Answer<NodeAnnounced> answer) {
        Duration backoff = Backoff.delay(failures++, ThreadLocalRandom.current().nextDouble());
        if (answer instanceof Answer.Refused<NodeAnnounced> refused) {
            say(
                    System.Logger.Level.WARNING,
                    "discovery.refused status=" + refused.status() + " why=" + refused.code() + " says="
                            + refused.message());
            Duration least = refused.status() < 500 ? AnnouncePolicy.AFTER_REFUSAL : backoff;
            return least.compareTo(refused.retryAfter()) > 0 ? least : refused.retryAfter();
        }
        if (answer instanceof Answer.Lost<NodeAnnounced> lost) {
            say(System.Logger.Level.WARNING, "discovery.lost why=" + lost.why());
        }
        return backoff;
    }

    private void say(System.Logger.Level level, String line) {
        if (!line.equals(said)) {
            said = line;
            LOG.log(level, () -> line);
        }
    }
}
