package io.pithead.launcher;

import fish.payara.micro.BootstrapException;
import fish.payara.micro.ClusterCommandResult;
import fish.payara.micro.boot.AdminCommandRunner;
import fish.payara.micro.boot.PayaraMicroBoot;
import fish.payara.micro.boot.PayaraMicroLauncher;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Stock Payara Micro with the arguments that it would get on its own command line. Its listeners are closed while it has
 * no application: it would answer 404 to everything, and who asks for a job by its id would believe it.
 */
final class MicroServer implements Part {
    private static final Logger LOG = System.getLogger(MicroServer.class.getName());
    private static final String LISTENERS =
            "configs.config.server-config.network-config.network-listeners.network-listener.";

    private static final String[] LISTENER_NAMES = {"http-listener", "https-listener"};
    private static final String APPLICATION_DRAIN = "io.pithead:type=Drain";

    private final Bundle bundle;
    private final List<String> arguments;
    private final Duration stopGrace;
    private final Callable<?> beforeDeployment;
    private final List<Ports.Claim> ports;
    private @Nullable PayaraMicroBoot server;
    private @Nullable AdminCommandRunner commands;
    private @Nullable HttpEdge edge;

    /**
     * @param beforeDeployment returns when there is what the application needs to start
     * @param ports that it listens on
     */
    MicroServer(
            Bundle bundle,
            List<String> arguments,
            Duration stopGrace,
            Callable<?> beforeDeployment,
            List<Ports.Claim> ports) {
        this.bundle = bundle;
        this.arguments = List.copyOf(arguments);
        this.stopGrace = stopGrace;
        this.beforeDeployment = beforeDeployment;
        this.ports = List.copyOf(ports);
    }

    @Override
    public void start() throws CannotStartException {
        PayaraMicroBoot booted = boot();
        // a failed deployment does not fail the boot by itself
        if (!booted.getRuntime().getDeployedApplicationNames().contains(ServerArguments.APPLICATION)) {
            throw new CannotStartException("the application does not start: the lines above say why");
        }
        release();
        if (!setListening(true) || !guard(booted)) {
            throw new CannotStartException("the application server does not listen: the lines above say why, or another"
                    + " program has just taken " + ports + "; start again");
        }
    }

    private void release() throws CannotStartException {
        try {
            for (Ports.Claim port : ports) {
                port.close();
            }
        } catch (IOException e) {
            throw new CannotStartException("the ports cannot be listened on: " + e.getMessage(), e);
        }
    }

    private PayaraMicroBoot boot() throws CannotStartException {
        try {
            PayaraMicroBoot boot = load();
            server = boot;
            boot.setPreBootHandler(runner -> {
                commands = runner;
                setListening(false);
            });
            boot.setPostBootHandler(runner -> awaitWhatItNeeds());
            boot.getClass().getMethod("create", String[].class).invoke(null, (Object) arguments.toArray(String[]::new));
            return boot;
        } catch (Exception e) {
            throw cannotStart(e);
        }
    }

    /**
     * What {@code PayaraMicroLauncher} does, over jars that lie unpacked: from jars inside of this one every class takes
     * longer, and its own unpacking would come again at every start.
     */
    private PayaraMicroBoot load() throws IOException, ReflectiveOperationException {
        System.setProperty("fish.payara.micro.BootJar", Bundle.ownJar().toUri().toString());
        ClassLoader loader = bundle.serverLoader();
        Thread.currentThread().setContextClassLoader(loader);
        PayaraMicroBoot boot = (PayaraMicroBoot) loader.loadClass("fish.payara.micro.impl.PayaraMicroImpl")
                .getMethod("getInstance")
                .invoke(null);
        PayaraMicroLauncher.registerLaunchedInstance(boot);
        return boot;
    }

    private void awaitWhatItNeeds() {
        try {
            beforeDeployment.call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static CannotStartException cannotStart(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CannotStartException known) {
                return known;
            }
        }
        return new CannotStartException("the application server does not start: " + rootOf(e), e);
    }

    /** Loaded over the server's own classes, which no other part of this launcher sees. */
    private boolean guard(PayaraMicroBoot booted) throws CannotStartException {
        try {
            ClassLoader loader = bundle.loader("edge", booted.getClass().getClassLoader());
            HttpEdge made = (HttpEdge) loader.loadClass("io.pithead.launcher.edge.GrizzlyEdge")
                    .getConstructors()[0]
                    .newInstance(
                            HttpLimits.HEADER_BYTES,
                            HttpLimits.HEADERS,
                            HttpLimits.KEEP_ALIVE_SECONDS,
                            Duration.ofSeconds(HttpLimits.HEAD_SECONDS));
            edge = made;
            int guarded = made.guard(LISTENER_NAMES.length);
            LOG.log(Level.INFO, () -> "edge.guards listeners=" + guarded);
            return guarded == LISTENER_NAMES.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStartException("the start was interrupted", e);
        } catch (IOException | ReflectiveOperationException e) {
            throw new CannotStartException("the HTTP edge does not start: " + rootOf(e), e);
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
        for (String listener : LISTENER_NAMES) {
            ClusterCommandResult result = runner.run("set", LISTENERS + listener + ".enabled=" + listening);
            if (result.getExitStatus() != ClusterCommandResult.ExitStatus.SUCCESS) {
                LOG.log(Level.ERROR, () -> "listener.not_set name=" + listener + " reason=" + result.getOutput());
                done = false;
            }
        }
        return done;
    }

    /** Everybody who waits is sent away, everybody else gets an answer; then nobody is connected who expects one. */
    private void drain() {
        HttpEdge guarding = edge;
        if (guarding == null) {
            return;
        }
        tell("drain");
        try {
            guarding.drain(stopGrace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tell("end");
        setListening(false);
    }

    private static void tell(String what) {
        try {
            ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName(APPLICATION_DRAIN), what, null, null);
        } catch (JMException e) {
            // without it, parked requests end at their own time or at the limit, and loops complain at their end
            LOG.log(Level.WARNING, () -> "application.not_told what=" + what, e);
        }
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
        drain();
        try {
            server.shutdown();
        } catch (BootstrapException | IllegalStateException e) {
            // it stops by itself when the JVM exits; nothing is left to stop then
        }
    }
}
