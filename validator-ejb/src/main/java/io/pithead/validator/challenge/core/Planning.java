package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.node.Hardware;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node is to be challenged now, and with what.
 *
 * @param me the validator's address
 * @param validators of its chain; none where it is not known
 * @param coreSpeed multiplications and additions in a second that any core makes, of those that the node has
 */
public record Planning(
        String me,
        Collection<String> validators,
        Duration epoch,
        ChallengePolicy challenges,
        MemoryPolicy memory,
        StoragePolicy storage,
        NetworkPolicy network,
        ContainerPolicy container,
        Duty duty,
        double coreSpeed) {
    /** What any core is presumed to make, where nobody configures something else. */
    public static final double USUAL_CORE_SPEED = 2e9;

    private static final long MB = 1 << 20;
    /** Of a machine that says nothing of itself. */
    private static final int LEAST_CORES = 1;

    private static final long LEAST_MB = 1_024;

    /**
     * Of a node that was challenged from here before.
     *
     * @param said whether the last challenge said something of it: one that was refused, or not answered in time, did not
     */
    public record Past(Instant dueAt, boolean said) {}

    /** What is decided of a node. */
    public sealed interface Decision {}

    /**
     * @param work that it is expected to take of the node's time
     * @param rest the least time to the next one
     * @param next when it is due again, once this one has said something of it
     */
    public record Due(
            ChallengeKind kind,
            int size,
            int rows,
            @Nullable Integer turns,
            Duration commitWithin,
            Duration openWithin,
            Duration work,
            Duration rest,
            Instant next)
            implements Decision {}

    public record Leave(Reason reason) implements Decision {}

    /** Why a node is left alone. */
    public enum Reason {
        OFFLINE,
        /** It is another validator's for this epoch. */
        OTHERS,
        NOT_YET,
        /** No challenge that it could answer in time says anything. */
        TOO_WEAK
    }

    /**
     * @param past null for a node that was never challenged from here: it is due at once, for it waits to be approved
     * @param drawn evenly from 0 to less than 1
     * @param kindDrawn the same, for what it is about
     */
    public Decision decide(ClaimedNode node, @Nullable Past past, double drawn, double kindDrawn, Instant now) {
        if (!node.online()) {
            return new Leave(Reason.OFFLINE);
        }
        if (past != null && now.isBefore(past.dueAt())) {
            return new Leave(Reason.NOT_YET);
        }
        if (!Shares.isMine(me, validators, node.address(), Shares.epoch(now, epoch))) {
            return new Leave(Reason.OTHERS);
        }
        Capacity capacity = capacity(node.hardware());
        // who waits to be approved is asked for a product, which is over sooner, and rests less
        if (past != null && past.said()) {
            OptionalInt memorySize = memory.size(capacity);
            if (kindDrawn < memory.shareOfChallenges()
                    && memorySize.isPresent()
                    && node.answers(ChallengeKind.MEMORY)) {
                return memory(memorySize.getAsInt(), drawn, now);
            }
            OptionalInt storageSize = storage.size(node.diskMb() == null ? 0 : node.diskMb());
            if (kindDrawn >= memory.shareOfChallenges()
                    && kindDrawn < memory.shareOfChallenges() + storage.shareOfChallenges()
                    && storageSize.isPresent()
                    && node.answers(ChallengeKind.STORAGE)) {
                return storage(storageSize.getAsInt(), drawn, now);
            }
            double before = memory.shareOfChallenges() + storage.shareOfChallenges();
            if (kindDrawn >= before
                    && kindDrawn < before + network.shareOfChallenges()
                    && node.answers(ChallengeKind.NETWORK)) {
                return stream(drawn, now);
            }
            before += network.shareOfChallenges();
            if (kindDrawn >= before
                    && kindDrawn < before + container.shareOfChallenges()
                    && hasEngine(node)
                    && node.answers(ChallengeKind.CONTAINER)) {
                return container(drawn, now);
            }
        }
        OptionalInt size = challenges.size(capacity);
        return size.isEmpty() ? new Leave(Reason.TOO_WEAK) : product(size.getAsInt(), capacity, drawn, now);
    }

    private Due product(int size, Capacity capacity, double drawn, Instant now) {
        Duration work = challenges.work(size, capacity);
        return new Due(
                ChallengeKind.COMPUTE,
                size,
                challenges.rows(),
                null,
                challenges.commitWithin(size, capacity),
                challenges.openWithin(size, capacity),
                work,
                duty.rest(work),
                now.plus(duty.wait(work, drawn)));
    }

    private Due memory(int size, double drawn, Instant now) {
        Duration work = memory.work(size);
        return new Due(
                ChallengeKind.MEMORY,
                size,
                memory.pages(),
                memory.turns(size),
                memory.commitWithin(size),
                memory.opening(),
                work,
                duty.rest(work),
                now.plus(duty.wait(work, drawn)));
    }

    private Due storage(int size, double drawn, Instant now) {
        Duration work = storage.work(size);
        return new Due(
                ChallengeKind.STORAGE,
                size,
                storage.pages(),
                StoragePolicy.TURNS,
                storage.commitWithin(size),
                storage.opening(),
                work,
                duty.rest(work),
                now.plus(duty.wait(work, drawn)));
    }

    private Due stream(double drawn, Instant now) {
        Duration work = network.work();
        return new Due(
                ChallengeKind.NETWORK,
                network.mib(),
                network.rows(),
                null,
                network.commitWithin(),
                network.opening(),
                work,
                duty.rest(work),
                now.plus(duty.wait(work, drawn)));
    }

    private static boolean hasEngine(ClaimedNode node) {
        Hardware hardware = node.hardware();
        return hardware != null && hardware.docker() != null;
    }

    private Due container(double drawn, Instant now) {
        Duration work = container.work();
        return new Due(
                ChallengeKind.CONTAINER,
                ContainerPolicy.MIB,
                1,
                null,
                container.commitWithin(),
                container.delivery(),
                work,
                duty.rest(work),
                now.plus(duty.wait(work, drawn)));
    }

    /** By what the miner says: too much makes its own challenge harder, too little makes a weak machine of it. */
    Capacity capacity(@Nullable Hardware hardware) {
        Hardware.Cpu cpu = hardware == null ? null : hardware.cpu();
        Integer cores = cpu == null ? null : cpu.cores();
        Long ramMb = hardware == null ? null : hardware.ramMb();
        return new Capacity(
                (ramMb == null ? LEAST_MB : ramMb) * MB,
                coreSpeed * (cores == null || cores < 1 ? LEAST_CORES : cores));
    }
}
