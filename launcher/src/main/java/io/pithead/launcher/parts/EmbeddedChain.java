package io.pithead.launcher.parts;

import io.pithead.launcher.Part;
import io.pithead.launcher.Ports;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A development chain (anvil) as a child process on a port of the loopback address: a block a second, its state written to
 * {@code chain/state.json} every second and when it ends. A server runs without one: where it does not start, that is said
 * and the chain is off.
 */
public final class EmbeddedChain implements Part {
    static final String HOST = "127.0.0.1";
    private static final Logger LOG = System.getLogger(EmbeddedChain.class.getName());
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 50;
    private static final int CONNECT_MILLIS = 1_000;
    private static final long STOP_SECONDS = 20;
    private static final long RESTART_SECONDS = 5;
    private static final long CHAIN_ID = 31_337;

    private final Path program;
    private final Path folder;
    private final Path log;
    /** The kernel's death signal goes out when the starting thread ends, so one thread starts every process. */
    private final ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("chain").daemon().factory());

    private volatile @Nullable Process process;
    private volatile boolean stopping;
    private volatile boolean up;
    private int port;

    public EmbeddedChain(Path program, Path data) {
        this.program = program;
        this.folder = data.resolve("chain");
        this.log = data.resolve("log").resolve("chain.log");
    }

    @Override
    public void start() throws InterruptedException {
        Future<?> started = starter.submit(() -> {
            Files.createDirectories(folder);
            Files.createDirectories(log.getParent());
            endPreviousLife();
            port = Ports.remembered(folder.resolve("port"));
            serve();
            up = true;
            return null;
        });
        try {
            started.get();
        } catch (ExecutionException e) {
            LOG.log(Level.WARNING, () -> "chain.not_started program=" + program + " reason=" + e.getCause());
        }
    }

    private void serve() throws IOException, InterruptedException {
        List<String> command = List.of(
                program.toString(),
                "--host",
                HOST,
                "--port",
                Integer.toString(port),
                "--chain-id",
                Long.toString(CHAIN_ID),
                "--block-time",
                "1",
                "--state",
                state().toString(),
                "--state-interval",
                "1",
                "--silent");
        Process started = new ProcessBuilder(Unprivileged.bound("TERM", command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        Files.writeString(folder.resolve("pid"), started.pid() + System.lineSeparator());
        Instant deadline = Instant.now().plus(START_LIMIT);
        while (!answers()) {
            if (stopping || !started.isAlive() || Instant.now().isAfter(deadline)) {
                started.destroyForcibly();
                throw new IOException("it does not answer: see " + log);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        started.onExit().thenRun(() -> died(started));
    }

    private Path state() {
        return folder.resolve("state.json");
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void died(Process dead) {
        if (!stopping) {
            LOG.log(Level.ERROR, () -> "chain.died pid=" + dead.pid() + " exit=" + dead.exitValue());
            starter.execute(this::serveAgain);
        }
    }

    private void serveAgain() {
        if (stopping) {
            return;
        }
        try {
            serve();
            LOG.log(Level.INFO, () -> "chain.restarted port=" + port);
        } catch (IOException e) {
            LOG.log(Level.ERROR, () -> "chain.not_restarted reason=" + e.getMessage());
            starter.schedule(this::serveAgain, RESTART_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the kernel has no death signal, a killed server leaves its chain behind: it is known by its state file. */
    private void endPreviousLife() throws IOException, InterruptedException {
        Optional<ProcessHandle> orphan;
        try {
            long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
            orphan = ProcessHandle.of(pid).filter(this::keepsThisChain);
        } catch (NoSuchFileException | NumberFormatException e) {
            return;
        }
        if (orphan.isPresent()) {
            end(orphan.get());
        }
    }

    private boolean keepsThisChain(ProcessHandle handle) {
        try {
            String command = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"));
            return List.of(command.split("\0", -1)).contains(state().toString());
        } catch (IOException e) {
            return false;
        }
    }

    /** It writes its state when it is asked to end. */
    private static void end(ProcessHandle handle) throws InterruptedException {
        handle.destroy();
        try {
            handle.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            handle.destroyForcibly();
        }
    }

    /** The chain, and that this server is its validator: its deployment makes the server's own key one. */
    @Override
    public Map<String, String> settings() {
        return up
                ? Map.of(
                        "pithead.chain.dev.url",
                        "http://" + HOST + ":" + port,
                        "pithead.validator.chain",
                        Long.toString(CHAIN_ID))
                : Map.of();
    }

    @Override
    public void close() {
        stopping = true;
        Process running = process;
        starter.shutdown();
        if (running == null) {
            return;
        }
        try {
            end(running.toHandle());
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
