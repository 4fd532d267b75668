package io.pithead.e2e;

import io.pithead.testing.Scratch;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One {@code pithead.jar} for all stories that need no special one, without a chain; a boot is the dearest part of them. It is
 * stopped after the last class of those that run in one process. What a test does there it keeps to accounts and workloads of
 * its own.
 */
final class SharedServer implements BeforeAllCallback {
    /** Whose money canaries are paid with: there are none before it has some. */
    static final String CANARIES = "canaries";

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static @Nullable PitheadProcess running;

    static {
        // what JUnit closes itself it closes after each class, where classes run side by side
        Runtime.getRuntime().addShutdownHook(new Thread(SharedServer::stop, "shared server"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (running == null) {
            running = PitheadProcess.start(
                    Scratch.folder("pithead-e2e-shared"),
                    "pithead.chain.enabled=false",
                    "pithead.ledger.auto-deposit=true",
                    "pithead.meter.slice=PT1S",
                    "pithead.verification.canary.rate=1",
                    "pithead.verification.canary.min-age=PT0S",
                    "pithead.verification.canary.account=" + CANARIES,
                    "pithead.discovery.audience=" + Wallet.AUDIENCE,
                    "pithead.discovery.ttl=PT15S",
                    "pithead.discovery.max-nodes-per-ip=3",
                    "pithead.discovery.address-header=X-Test-Address",
                    "pithead.discovery.requests-per-minute=100",
                    "pithead.task.topologies=[{\"name\":\"trio\",\"min_group_size\":3,\"max_group_size\":3}]");
        }
    }

    private static void stop() {
        PitheadProcess pithead = running;
        running = null;
        if (pithead != null) {
            pithead.close();
            Scratch.remove(pithead.data());
        }
    }

    static PitheadProcess pithead() {
        return Objects.requireNonNull(running, "annotate the class with @ExtendWith(SharedServer.class)");
    }

    static Api open() {
        return Api.open(pithead().http());
    }

    static Operator operator() {
        return Operator.of(open(), pithead().data());
    }

    /** A name that no other test uses: the workload of one test's jobs, its miner. */
    static String name(String kind) {
        return kind + "-" + NAMES.incrementAndGet();
    }
}
