package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import java.util.function.Supplier;

/** A container holds still while its files are looked at, so that it can put nothing in the way. */
final class Still {
    private Still() {}

    static <T> T during(Engine engine, String id, Supplier<T> look) throws EngineException, InterruptedException {
        engine.pause(id);
        try {
            return look.get();
        } finally {
            // an interrupt that came meanwhile must not keep it from going on
            boolean interrupted = Thread.interrupted();
            engine.resume(id);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
