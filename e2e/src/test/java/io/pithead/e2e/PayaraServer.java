package io.pithead.e2e;

import io.pithead.testing.FreePorts;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A full Payara Server with a domain of its own, set up by the file of commands that operators are given. */
final class PayaraServer implements AutoCloseable {
    private static final String DOMAIN = "pithead";
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(240);
    private static final Duration STARTED = Duration.ofSeconds(180);
    /** The ports of the stock domain: administration, HTTP, HTTPS, and those that we do not use. */
    private static final List<Integer> STOCK_PORTS =
            List.of(4848, 8080, 8181, 3700, 3820, 3920, 8686, 6666, 9009, 4900, 7676);

    private static final int LOG_LINES = 200;
    private static final String NEXT_OPTION = "</jvm-options><jvm-options>";

    private final Path domains;
    private final List<Integer> ports = FreePorts.some(STOCK_PORTS.size());

    private PayaraServer(Path domains) {
        this.domains = domains;
    }

    static PayaraServer start(Postgres postgres, ArtemisBroker broker) {
        try {
            PayaraServer server = new PayaraServer(Scratch.folder("pithead-e2e-payara"));
            server.copyDomain();
            server.writeSecrets();
            server.run();
            try {
                server.configure(postgres, broker);
            } catch (AssertionError e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path domain() {
        return domains.resolve(DOMAIN);
    }

    private void copyDomain() throws IOException {
        Path stock = Server.file("payara.home").resolve("glassfish/domains/domain1");
        try (Stream<Path> files = Files.walk(stock)) {
            for (Iterator<Path> each = files.iterator(); each.hasNext(); ) {
                Path file = each.next();
                Files.copy(file, domain().resolve(stock.relativize(file).toString()));
            }
        }
        Path configuration = domain().resolve("config/domain.xml");
        String xml = Files.readString(configuration);
        for (int i = 0; i < ports.size(); i++) {
            xml = xml.replaceAll(
                    "(?i)(port(?:\" value)?=\"?|address=)" + STOCK_PORTS.get(i) + "\\b", "$1" + ports.get(i));
        }
        // the administration may use more than the stock 512 MB while it deploys
        xml = xml.replace(
                        "-Xmx512m",
                        "-Xmx1g" + NEXT_OPTION + String.join(NEXT_OPTION, Server.SHORT_LIFE) + NEXT_OPTION
                                + "-Dpithead.ledger.lock=PT2S")
                .replace("<network-listener port", "<network-listener address=\"127.0.0.1\" port");
        Files.writeString(configuration, xml);
    }

    private void writeSecrets() throws IOException {
        Path secrets = Files.createDirectories(domain().resolve("config/secrets"));
        Files.writeString(secrets.resolve("pithead.db.password"), Postgres.PASSWORD);
        Files.writeString(secrets.resolve("pithead.broker.password"), ArtemisBroker.PASSWORD);
    }

    /** Starts it, also after it was killed. */
    void run() {
        asadmin("payara-start", "start-domain", "--domaindir", domains.toString(), DOMAIN);
    }

    private void configure(Postgres postgres, ArtemisBroker broker) throws IOException {
        Path data = Files.createDirectories(domains.resolve("data"));
        String commands = Files.readString(Server.file("pithead.asadmin"))
                .replace("@DB_URL@", postgres.url().replace(":", "\\\\:"))
                .replace("@DB_USER@", Postgres.USER)
                .replace("@BROKER_USER@", ArtemisBroker.USER)
                .replace("@BROKER_HOST@", "127.0.0.1")
                .replace("@BROKER_PORT@", Integer.toString(broker.port()))
                .replace("@DATA_DIR@", data.toString())
                .replace("@ARTEMIS_RAR@", Server.file("pithead.rar").toString())
                .replace("@PITHEAD_EAR@", Server.file("pithead.ear").toString());
        Path file = Files.writeString(domains.resolve("commands.asadmin"), commands);
        String output = asadmin(
                "payara-configure", "--port", Integer.toString(ports.get(0)), "multimode", "--file", file.toString());
        if (output.contains("failed.")) {
            throw new AssertionError("asadmin: " + output);
        }
    }

    private static String asadmin(String name, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Server.file("payara.home").resolve("bin/asadmin").toString()));
        command.addAll(List.of(arguments));
        String home = System.getProperty("java.home");
        return Server.run(name, COMMAND_LIMIT, Map.of("AS_JAVA", home, "JAVA_HOME", home), command);
    }

    URI http() {
        return URI.create("http://127.0.0.1:" + ports.get(1));
    }

    Path data() {
        return domains.resolve("data");
    }

    void awaitHealthy() {
        var said = new AtomicReference<String>("nothing");
        try {
            Await.until("the application on Payara Server", STARTED, () -> {
                Api.Answer answer = Api.open(http()).get("/health/ready");
                said.set(answer.status() + " " + answer.text());
                return answer.status() == 200;
            });
        } catch (AssertionError e) {
            throw new AssertionError("it last said " + said + "; its log ends:\n" + logEnd(), e);
        }
    }

    private String logEnd() {
        try {
            List<String> lines = Files.readAllLines(domain().resolve("logs/server.log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private ProcessHandle process() {
        try {
            String pid = Files.readString(domain().resolve("config/pid")).strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        ProcessHandle process = process();
        process.destroyForcibly();
        Await.until("Payara Server to be dead", Duration.ofSeconds(15), () -> !process.isAlive());
    }

    @Override
    public void close() {
        ProcessHandle process = process();
        process.destroy();
        try {
            Await.until("Payara Server to stop", Duration.ofSeconds(60), () -> !process.isAlive());
        } finally {
            process.destroyForcibly();
            Scratch.remove(domains);
        }
    }
}
