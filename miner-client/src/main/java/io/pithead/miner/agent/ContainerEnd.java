package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.container.EngineException;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.Proof;
import java.io.IOException;
import java.util.Optional;

/** What is done when a container is over: its result on disk first, then nothing of it on the engine. */
final class ContainerEnd {
    private static final System.Logger LOG = System.getLogger(ContainerEnd.class.getName());

    private final ContainerShop shop;

    ContainerEnd(ContainerShop shop) {
        this.shop = shop;
    }

    void proved(HeldContainer held, Proof proof) throws IOException, InterruptedException {
        shop.shop().spool().put(SpoolEntry.of(proof, null), Optional.empty());
        LOG.log(
                System.Logger.Level.INFO,
                () -> "container.done attempt=" + held.attempt() + " output_sha=" + proof.outputSha());
        tidy(held);
    }

    void failed(HeldContainer held, Failure failure) throws IOException, InterruptedException {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "container.failed attempt=" + held.attempt() + " code=" + failure.code() + " message="
                        + failure.message());
        shop.shop().spool().put(SpoolEntry.of(failure), Optional.empty());
        tidy(held);
    }

    /** What cannot be removed now is removed by the next sweep, since nobody holds it any more. */
    private void tidy(HeldContainer held) throws IOException, InterruptedException {
        forget(held);
        String id = held.containerId();
        try {
            if (id != null) {
                shop.engine().remove(id);
            }
        } catch (EngineException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "container.not-removed id=" + id + " why=" + e.text());
        }
    }

    /** It may have been made without our having heard of it. */
    void remove(Attempt attempt) throws EngineException, InterruptedException {
        for (var one : shop.engine().list(ContainerShop.labels(shop.miner(), attempt))) {
            shop.engine().stop(one.id(), ContainerRun.GRACE);
            shop.engine().remove(one.id());
        }
    }

    /** There will be no result. */
    void dropped(HeldContainer held) throws IOException {
        forget(held);
        shop.shop().logs().remove(held.attempt());
    }

    private void forget(HeldContainer held) throws IOException {
        shop.folders()
                .left(
                        held.spec().task(),
                        held.spec().buyer(),
                        shop.shop().clock().instant());
        shop.bridges().remove(held.job());
        shop.held().remove(held.attempt());
    }
}
