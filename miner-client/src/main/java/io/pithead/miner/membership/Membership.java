package io.pithead.miner.membership;

import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.api.RegistryApi;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.config.DiscoveryConfig;
import io.pithead.miner.config.MinerConfig;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node's part in runs: two threads of its own, which nobody waits for but at the end. */
public final class Membership implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Membership.class.getName());
    private static final String INVITE = "invite";
    private static final Duration END = Duration.ofSeconds(30);

    private final WalletKey node;
    private final Invites invites;
    private final @Nullable RegistryApi registry;
    private final @Nullable Announcer announcer;
    /** The newest heartbeat's; an older one says nothing that counts. */
    private @Nullable List<Invite> offered;

    private final Object news = new Object();
    private final List<Thread> threads = new ArrayList<>();

    /** @param hardware what the machine is, as it is known then */
    public Membership(MinerConfig config, WalletKey node, CoordinatorApi api, Supplier<Hardware> hardware)
            throws IOException {
        this.node = node;
        var pins = new PinFile(config.workDir());
        Optional<DiscoveryConfig> discovery = config.discovery();
        invites = new Invites(
                node, api, config.chain(), pins, discovery.map(one -> one.run().id()));
        registry = discovery.isPresent() ? new RegistryApi(discovery.get(), node, InstantSource.system()) : null;
        announcer = discovery.isPresent() && registry != null
                ? new Announcer(discovery.get(), node, registry, pins, hardware)
                : null;
    }

    /** What the coordinator knows the node by. */
    public Address address() {
        return node.address();
    }

    public void begin() {
        threads.add(Thread.ofPlatform().name("invites").daemon().start(this::lookAtInvites));
        if (announcer != null) {
            threads.add(Thread.ofPlatform().name("announcer").daemon().start(announcer::run));
        }
    }

    /** What a heartbeat brought; returns at once. */
    public void told(List<Directive> directives) {
        List<Invite> all = directives.stream()
                .filter(directive -> INVITE.equals(directive.type()))
                .flatMap(directive -> Optional.ofNullable(directive.invite()).stream())
                .toList();
        synchronized (news) {
            offered = all;
            news.notifyAll();
        }
    }

    private void lookAtInvites() {
        try {
            while (true) {
                look(nextOffer());
            }
        } catch (InterruptedException e) {
            // the agent ends
        }
    }

    private void look(List<Invite> next) {
        try {
            invites.look(next);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "invite.look-failed", e);
        }
    }

    private List<Invite> nextOffer() throws InterruptedException {
        synchronized (news) {
            while (offered == null) {
                news.wait();
            }
            List<Invite> next = offered;
            offered = null;
            return next;
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        if (registry != null) {
            registry.close();
        }
        for (Thread thread : threads) {
            try {
                thread.join(END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        invites.close();
    }
}
