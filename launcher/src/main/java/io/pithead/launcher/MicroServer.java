package io.pithead.launcher;

import fish.payara.micro.BootstrapException;
import fish.payara.micro.boot.PayaraMicroBoot;
import fish.payara.micro.boot.PayaraMicroLauncher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stock Payara Micro with the arguments that it would get on its own command line. */
final class MicroServer implements Part {
    private final List<String> arguments;
    private final String application;
    private @Nullable PayaraMicroBoot server;

    /** @param application what must be deployed in the end: a failed deployment does not fail the boot by itself */
    MicroServer(List<String> arguments, String application) {
        this.arguments = List.copyOf(arguments);
        this.application = application;
    }

    @Override
    public void start() throws CannotStartException {
        try {
            server = PayaraMicroLauncher.create(arguments.toArray(String[]::new));
        } catch (Exception e) {
            throw new CannotStartException("the application server does not start: " + rootOf(e), e);
        }
        if (!server.getRuntime().getDeployedApplicationNames().contains(application)) {
            throw new CannotStartException("the application does not start: the lines above say why");
        }
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    @Override
    public Map<String, String> settings() {
        return Map.of();
    }

    @Override
    public void close() {
        if (server == null) {
            return;
        }
        try {
            server.shutdown();
        } catch (BootstrapException | IllegalStateException e) {
            // it stops by itself when the JVM exits; nothing is left to stop then
        }
    }
}
