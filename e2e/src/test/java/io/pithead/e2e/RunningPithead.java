package io.pithead.e2e;

import io.pithead.testing.Scratch;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One server for every test that does no harm to it: started by the first that asks, stopped after the last one.
 * {@code @ExtendWith(RunningPithead.class)}, and a parameter of type {@link PitheadProcess}.
 */
final class RunningPithead implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RunningPithead.class);

    /** For JUnit. */
    RunningPithead() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PitheadProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Shared.class, key -> Shared.start(), Shared.class)
                .process();
    }

    /** JUnit closes it with the root context. */
    private record Shared(PitheadProcess process) implements ExtensionContext.Store.CloseableResource {
        static Shared start() {
            return new Shared(PitheadProcess.start(Scratch.folder("pithead-e2e-shared")));
        }

        @Override
        public void close() {
            process.close();
            Scratch.remove(process.data());
        }
    }
}
