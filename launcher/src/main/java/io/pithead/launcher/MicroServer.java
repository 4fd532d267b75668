package io.pithead.launcher;

import fish.payara.micro.BootstrapException;
import fish.payara.micro.ClusterCommandResult;
import fish.payara.micro.boot.AdminCommandRunner;
import fish.payara.micro.boot.PayaraMicroBoot;
import fish.payara.micro.boot.PayaraMicroLauncher;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stock Payara Micro with the arguments that it would get on its own command line. Its listeners are closed while it has
 * no application: it would answer 404 to everything, and who asks for a job by its id would believe it.
 */
final class MicroServer implements Part {
    private static final Logger LOG = System.getLogger(MicroServer.class.getName());
    private static final String LISTENERS =
            "configs.config.server-config.network-config.network-listeners.network-listener.";

    private final List<String> arguments;
    private final String application;
    private @Nullable PayaraMicroBoot server;
    private @Nullable AdminCommandRunner commands;

    /** @param application what must be deployed in the end: a failed deployment does not fail the boot by itself */
    MicroServer(List<String> arguments, String application) {
        this.arguments = List.copyOf(arguments);
        this.application = application;
    }

    @Override
    public void start() throws CannotStartException {
        PayaraMicroBoot booted = boot();
        if (!booted.getRuntime().getDeployedApplicationNames().contains(application)) {
            throw new CannotStartException("the application does not start: the lines above say why");
        }
        if (!setListening(true)) {
            throw new CannotStartException("the application server does not listen: the lines above say why");
        }
    }

    /** What {@code PayaraMicroLauncher.create} does, which would leave no moment to say what happens before the boot. */
    private PayaraMicroBoot boot() throws CannotStartException {
        try {
            PayaraMicroBoot boot = PayaraMicroLauncher.getBootClass();
            server = boot;
            boot.setPreBootHandler(runner -> {
                commands = runner;
                setListening(false);
            });
            boot.getClass().getMethod("create", String[].class).invoke(null, (Object) arguments.toArray(String[]::new));
            return boot;
        } catch (Exception e) {
            throw new CannotStartException("the application server does not start: " + rootOf(e), e);
        }
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private boolean setListening(boolean listening) {
        AdminCommandRunner runner = commands;
        if (runner == null) {
            return false;
        }
        boolean done = true;
        for (String listener : new String[] {"http-listener", "https-listener"}) {
            ClusterCommandResult result = runner.run("set", LISTENERS + listener + ".enabled=" + listening);
            if (result.getExitStatus() != ClusterCommandResult.ExitStatus.SUCCESS) {
                LOG.log(Level.ERROR, () -> "listener.not_set name=" + listener + " reason=" + result.getOutput());
                done = false;
            }
        }
        return done;
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
            setListening(false);
            server.shutdown();
        } catch (BootstrapException | IllegalStateException e) {
            // it stops by itself when the JVM exits; nothing is left to stop then
        }
    }
}
