package io.pithead.e2e;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code java -jar pithead.jar} on a data directory. */
final class PitheadProcess implements AutoCloseable {
    /** A setting: as users start it. */
    static final String VERIFIED = "-XX:+BytecodeVerificationRemote";
    /** The 27,000 classes of a boot are looked through where {@link #VERIFIED} says so; elsewhere they are the same. */
    private static final List<String> NOT_VERIFIED =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote");

    private static final Duration READY = Duration.ofSeconds(240);
    private static final Pattern READY_LINE =
            Pattern.compile("^ready (\\S+) (\\S+) ca=(\\S+) data=(\\S+) boot_ms=(\\d+)$", Pattern.MULTILINE);

    private final Server server;
    private final Path data;
    private final Matcher ready;

    private PitheadProcess(Server server, Path data, Matcher ready) {
        this.server = server;
        this.data = data;
        this.ready = ready;
    }

    /** Starts it and waits until it says that it is ready. */
    static PitheadProcess start(Path data, String... settings) {
        return start(data, Map.of(), settings);
    }

    static PitheadProcess start(Path data, Map<String, String> environment, String... settings) {
        Server server = launch(data, environment, settings);
        Matcher[] found = new Matcher[1];
        server.await("ready", READY, () -> {
            found[0] = READY_LINE.matcher(server.output());
            return found[0].find();
        });
        return new PitheadProcess(server, data, found[0]);
    }

    /**
     * Starts it, and does not wait. Ports are free ones unless the settings say which; a setting with a dash before it
     * goes to the virtual machine.
     */
    static Server launch(Path data, Map<String, String> environment, String... settings) {
        List<String> command = new ArrayList<>(List.of(Server.java(), "-Xmx768m"));
        command.addAll(Server.SHORT_LIFE);
        command.addAll(NOT_VERIFIED);
        // stories of the lock window set their own; the others look at wallets right after a proof
        if (Stream.of(settings).noneMatch(setting -> setting.startsWith("pithead.ledger.lock="))) {
            command.add("-Dpithead.ledger.lock=PT0S");
        }
        for (String setting : settings) {
            command.add(setting.startsWith("-") ? setting : "-D" + setting);
        }
        command.addAll(List.of("-jar", Server.file("pithead.jar").toString(), "--data", data.toString()));
        if (Stream.of(settings).noneMatch(setting -> setting.startsWith("pithead.http.port="))) {
            command.addAll(List.of("--http-port", "0"));
        }
        command.addAll(List.of("--https-port", "0"));
        return Server.start("pithead", environment, command);
    }

    URI http() {
        return URI.create(ready.group(1));
    }

    URI https() {
        return URI.create(ready.group(2));
    }

    Path certificate() {
        return Path.of(ready.group(3));
    }

    Path data() {
        return data;
    }

    Server server() {
        return server;
    }

    void stop() {
        server.stop();
    }

    void kill() {
        server.kill();
    }

    @Override
    public void close() {
        if (server.isAlive()) {
            server.stop();
        }
    }
}
