package io.pithead.e2e;

import io.pithead.testing.Scratch;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One server for every test that does no harm to it: started by the first that asks, stopped after the last one of those that
 * run in one process. {@code @ExtendWith(RunningPithead.class)}, and a parameter of type {@link PitheadProcess}.
 */
final class RunningPithead implements ParameterResolver {
    /** For JUnit. */
    RunningPithead() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PitheadProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Shared.PITHEAD;
    }

    private static final class Shared {
        static final PitheadProcess PITHEAD = PitheadProcess.start(Scratch.folder("pithead-e2e-shared"));

        static {
            // what JUnit closes itself it closes after each class, where classes run side by side
            Runtime.getRuntime().addShutdownHook(new Thread(Shared::stop, "running server"));
        }

        private static void stop() {
            PITHEAD.close();
            Scratch.remove(PITHEAD.data());
        }
    }
}
