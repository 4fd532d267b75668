package io.pithead.miner.agent;

import io.pithead.miner.container.core.Hardening;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.miner.container.core.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What ends a container whatever it does: its time, the owner's patience, the room it takes. */
final class ContainerLimits {
    static final String DISK_FULL = "DISK_FULL";

    private final ContainerShop shop;
    private final DiskWatch disk;

    ContainerLimits(ContainerShop shop, HeldContainer held) {
        this.shop = shop;
        this.disk = new DiskWatch(shop.folders(), held.spec().task());
    }

    /** @param ran whether it may have written anything */
    Optional<Problem> breach(HeldContainer held, boolean ran, Instant now) throws Refusal {
        Instant deadline = held.deadline();
        if (ranFor(held, Optional.ofNullable(held.maxRuntimeS()).map(Duration::ofSeconds), now)) {
            return Optional.of(Problem.fatal("OVERTIME", "it ran longer than " + held.maxRuntimeS() + " s"));
        }
        if (deadline != null && !now.isBefore(deadline)) {
            return Optional.of(Problem.fatal("OVERTIME", "its deadline has passed"));
        }
        if (ranFor(held, shop.room().maxRuntime(), now)) {
            // another node may let it go on
            return Optional.of(Problem.passing("OVERTIME", "it ran longer than a container may on this node"));
        }
        long mostMb = Hardening.diskMb(held.spec().resources(), shop.owner());
        return ran && disk.isOver(mostMb, now)
                ? Optional.of(
                        Problem.fatal(DISK_FULL, "its folders hold more than " + mostMb + " MiB, or too many files"))
                : Optional.empty();
    }

    private static boolean ranFor(HeldContainer held, Optional<Duration> most, Instant now) {
        Instant started = held.startedAt();
        return started != null
                && most.map(limit -> !now.isBefore(started.plus(limit))).orElse(false);
    }
}
