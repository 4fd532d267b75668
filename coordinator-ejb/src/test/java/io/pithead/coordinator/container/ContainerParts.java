package io.pithead.coordinator.container;

import io.pithead.coordinator.testing.TestBroker;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the application in the container needs outside of it: a database, a broker, and the settings that arquillian.xml
 * hands to Payara Micro. The same class is read inside, where all of it is there already.
 */
final class ContainerParts implements BeforeAllCallback {
    /** The server has these itself; a second copy breaks class loading. */
    private static final Pattern SERVERS_OWN = Pattern.compile("(jakarta\\.|angus-activation|checker-qual|slf4j-).*");

    private static final Path BUILT = Path.of("target", "container");
    private static final String INSIDE = "pithead.data.dir";

    /** For JUnit. */
    ContainerParts() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (System.getProperty(INSIDE) == null) {
            context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .getOrComputeIfAbsent(Outside.class, key -> Outside.start());
        }
    }

    /** The coordinator as it is packaged, its libraries, and the test. */
    static WebArchive application(Class<?> test) {
        WebArchive archive = ShrinkWrap.create(WebArchive.class, "coordinator.war")
                .addClasses(test, ContainerParts.class)
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                // as in the real WAR: our Jackson, Hibernate and Flyway before any the server carries
                .addAsWebInfResource(
                        new StringAsset("<glassfish-web-app><class-loader delegate=\"false\"/></glassfish-web-app>"),
                        "glassfish-web.xml");
        archive.addAsLibrary(packaged().toFile());
        try (Stream<Path> libraries = Files.list(BUILT.resolve("lib"))) {
            libraries
                    .filter(file ->
                            !SERVERS_OWN.matcher(file.getFileName().toString()).matches())
                    .forEach(file -> archive.addAsLibrary(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return archive;
    }

    private static Path packaged() {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.getFileName().toString().matches("coordinator-ejb-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the module is not packaged"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JUnit closes it with the root context. */
    private record Outside(TestBroker broker) implements ExtensionContext.Store.CloseableResource {
        static Outside start() {
            try {
                Path folder = Scratch.folder("pithead-container");
                // the first look at the disk may come before anything is written there
                Files.createDirectories(folder.resolve("data"));
                var broker = new TestBroker(folder.resolve("broker"));
                var database = (PGSimpleDataSource) TestDatabase.create().dataSource();
                String address = "host\\=127.0.0.1\\;port\\=" + broker.port();
                Path adapter = Path.of("..", "artemis-rar", "target", "artemis-rar.rar");
                // run between the boot and the deployment: the application needs the adapter
                Path commands = Files.writeString(
                        folder.resolve("commands.asadmin"),
                        "create-resource-adapter-config --property ConnectionParameters=" + address + " artemis-rar\n"
                                + "deploy --name artemis-rar " + adapter.toRealPath() + "\n");
                set(
                        "container.settings",
                        settings(database, folder).entrySet().stream()
                                .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
                                .collect(Collectors.joining(" ")));
                set(
                        "container.micro",
                        BUILT.resolve("payara-micro.jar").toAbsolutePath().toString());
                set("container.commands", commands.toString());
                return new Outside(broker);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static Map<String, String> settings(PGSimpleDataSource database, Path folder) {
            return Map.of(
                    INSIDE,
                    folder.resolve("data").toString(),
                    "pithead.db.url",
                    database.getUrl(),
                    "pithead.db.user",
                    "postgres",
                    "pithead.db.password",
                    "postgres",
                    "pithead.broker.user",
                    "pithead",
                    "pithead.broker.password",
                    "pithead",
                    // nobody looks by himself while the test lasts
                    "pithead.dispatch.look",
                    "PT10M",
                    "pithead.webhook.allow-private",
                    "true");
        }

        private static void set(String name, String value) {
            System.setProperty(name, value);
        }

        @Override
        public void close() throws Exception {
            broker.close();
        }
    }

    static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }
}
