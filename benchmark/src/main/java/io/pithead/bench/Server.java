package io.pithead.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The measured server: a process of our own with its own data folder and free ports. */
final class Server implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);
    private static final Duration TOOL_LIMIT = Duration.ofSeconds(60);
    private static final Pattern READY = Pattern.compile("ready (\\S+) (\\S+) ca=(\\S+) data=.*");
    private static final Pattern HEAP_USED = Pattern.compile("\\bused (\\d+)K");
    private static final int PID_FILE_PORT_LINE = 3;
    private static final String NO_CHAIN = "-Dpithead.chain.enabled=false";

    private final Path data;
    private final Process process;
    private final String url;
    private final Path certificate;
    private final Client client;
    private final Duration boot;

    private Server(Path data, Process process, String url, Path certificate, Client client, Duration boot) {
        this.data = data;
        this.process = process;
        this.url = url;
        this.certificate = certificate;
        this.client = client;
        this.boot = boot;
    }

    /** Starts it and waits for its ready line. */
    static Server start(Path jar, Path data, List<String> javaFlags) throws IOException, InterruptedException {
        return start(jar, data, javaFlags, List.of(NO_CHAIN));
    }

    /**
     * For ten thousand miners on the same cores: they may beat every hundred seconds, and their leases last as long as that
     * needs. A beat costs a miner more than it costs the server.
     */
    static Server startForFleet(Path jar, Path data, List<String> javaFlags) throws IOException, InterruptedException {
        return start(
                jar,
                data,
                javaFlags,
                List.of(NO_CHAIN, "-Dpithead.node.heartbeats-per-second=100", "-Dpithead.lease.ttl=PT30M"));
    }

    /** With a development chain beside it, where the program for one is found. */
    static Server startWithChain(Path jar, Path data, List<String> javaFlags) throws IOException, InterruptedException {
        return start(jar, data, javaFlags, List.of());
    }

    /** What npm puts below the working directory; the server finds it by itself. */
    static boolean hasChain() {
        return Files.isExecutable(Path.of("contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"));
    }

    private static Server start(Path jar, Path data, List<String> javaFlags, List<String> more)
            throws IOException, InterruptedException {
        Files.createDirectories(data);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaFlags);
        command.addAll(more);
        command.addAll(List.of(
                "-Dpithead.bench.noop=true",
                "-Dpithead.discovery.audience=" + Verifications.AUDIENCE,
                "-Dpithead.discovery.requests-per-minute=10000000",
                "-jar",
                jar.toString(),
                "--data",
                data.toString(),
                "--http-port",
                "0",
                "--https-port",
                "0",
                "--https-host",
                "127.0.0.1"));
        long started = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolve("server.log").toFile()))
                .start();
        try {
            Matcher ready = awaitReady(process);
            Duration boot = Duration.ofNanos(System.nanoTime() - started);
            String url = ready.group(2);
            Path certificate = Path.of(ready.group(3));
            Client client = Client.trusting(URI.create(url), certificate);
            return new Server(data, process, url, certificate, client, boot);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroy();
            throw e;
        } catch (GeneralSecurityException e) {
            process.destroy();
            throw new IOException(e);
        }
    }

    private static Matcher awaitReady(Process process) throws IOException, InterruptedException {
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var found = new CompletableFuture<Matcher>();
        Thread.ofVirtual().start(() -> {
            try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    Matcher ready = READY.matcher(line);
                    if (ready.matches()) {
                        found.complete(ready);
                    }
                }
                found.completeExceptionally(new IOException("the server ended before it was ready: see server.log"));
            } catch (IOException e) {
                found.completeExceptionally(e);
            }
        });
        try {
            return found.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the server does not start", e);
        }
    }

    Client client() {
        return client;
    }

    Duration boot() {
        return boot;
    }

    String url() {
        return url;
    }

    Path certificate() {
        return certificate;
    }

    Path data() {
        return data;
    }

    /** Of the server's own process; PostgreSQL is another one. */
    long rssMb() throws IOException {
        return Machine.kib(Path.of("/proc", Long.toString(process.pid()), "status"), "VmRSS:") / 1024;
    }

    /** The processor time of the server and of everything it started, which is PostgreSQL with its sessions. */
    Cpu cpu() {
        Duration database = process.descendants().map(Server::cpuOf).reduce(Duration.ZERO, Duration::plus);
        return new Cpu(cpuOf(process.toHandle()), database);
    }

    private static Duration cpuOf(ProcessHandle one) {
        return one.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What lives on the heap after a full collection. */
    long liveHeapKib() throws IOException, InterruptedException {
        jcmd("GC.run");
        String info = jcmd("GC.heap_info");
        Matcher used = HEAP_USED.matcher(info);
        if (!used.find()) {
            throw new IOException("jcmd GC.heap_info says nothing of use: " + info);
        }
        return Long.parseLong(used.group(1));
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!jcmd.waitFor(TOOL_LIMIT.toSeconds(), TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
            jcmd.destroy();
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    String adminKey() throws IOException {
        return Files.readString(data.resolve("admin.key")).strip();
    }

    int databasePort() throws IOException {
        return Integer.parseInt(Files.readAllLines(data.resolve("postgres/data/postmaster.pid"))
                .get(PID_FILE_PORT_LINE)
                .strip());
    }

    String databasePassword() throws IOException {
        return Files.readString(data.resolve("secrets/database")).strip();
    }

    java.sql.Connection database(String name) throws IOException, SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + databasePort() + "/" + name, "pithead", databasePassword());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
