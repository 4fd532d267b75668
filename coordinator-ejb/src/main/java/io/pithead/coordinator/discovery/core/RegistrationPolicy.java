package io.pithead.coordinator.discovery.core;

import io.pithead.coordinator.task.core.Machine;
import io.pithead.coordinator.task.core.PlacementRefusal;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.seal.SealedEndpoint.WrappedKey;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who is taken, and which endpoint counts. */
public final class RegistrationPolicy {
    private RegistrationPolicy() {}

    /** The first thing that speaks against it; empty when it may be listed. */
    public static Optional<RegistrationRefusal> refusal(
            Optional<NodeFacts> node, Optional<RunFacts> run, long chain, Hardware hardware) {
        if (node.isEmpty()) {
            return Optional.of(RegistrationRefusal.NOT_REGISTERED);
        }
        if (node.get().blacklisted()) {
            return Optional.of(RegistrationRefusal.BLACKLISTED);
        }
        if (run.isEmpty() || run.get().chain() != chain) {
            return Optional.of(RegistrationRefusal.UNKNOWN_RUN);
        }
        if (!run.get().open()) {
            return Optional.of(RegistrationRefusal.RUN_CLOSED);
        }
        return run.get().requirements().refusal(Machine.of(hardware)).map(RegistrationPolicy::lacking);
    }

    private static RegistrationRefusal lacking(PlacementRefusal refusal) {
        return switch (refusal) {
            case NOT_ENOUGH_CORES -> RegistrationRefusal.NOT_ENOUGH_CORES;
            case NOT_ENOUGH_RAM -> RegistrationRefusal.NOT_ENOUGH_RAM;
            case NOT_ENOUGH_STORAGE -> RegistrationRefusal.NOT_ENOUGH_STORAGE;
            case OTHER_GPUS -> RegistrationRefusal.OTHER_GPUS;
            default -> throw new IllegalStateException("requirements do not refuse for " + refusal);
        };
    }

    /** A new endpoint counts when it is the next version and sealed for exactly those who may read it now. */
    public static boolean counts(@Nullable SealedEndpoint fresh, long version, Collection<Reader> readers) {
        return fresh != null && fresh.version() == version + 1 && isFor(fresh, readers);
    }

    /** Whether all of them can read it, and nobody else. */
    public static boolean isFor(SealedEndpoint endpoint, Collection<Reader> readers) {
        Set<String> can = endpoint.keys().stream().map(WrappedKey::reader).collect(Collectors.toSet());
        return can.equals(readers.stream().map(Reader::address).collect(Collectors.toSet()));
    }
}
