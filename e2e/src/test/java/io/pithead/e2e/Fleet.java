package io.pithead.e2e;

import io.pithead.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Several instances on one database and one broker that nobody embedded: each a process of its own. */
final class Fleet implements AutoCloseable {
    private final Postgres postgres;
    private final ArtemisBroker broker;
    private final List<Instance> instances = new ArrayList<>();

    /** One {@code pithead.jar}, on a port that stays its own when it is started again. */
    static final class Instance {
        private final Path data;
        private final List<String> settings;
        private final int port = FreePorts.one();
        private volatile @Nullable PitheadProcess process;

        private Instance(Path data, List<String> settings) {
            this.data = data;
            this.settings = settings;
        }

        void start() {
            process = PitheadProcess.start(
                    data,
                    Stream.concat(settings.stream(), Stream.of("pithead.http.port=" + port))
                            .toArray(String[]::new));
        }

        void kill() {
            PitheadProcess running = process;
            if (running != null) {
                running.kill();
            }
        }

        URI origin() {
            return URI.create("http://127.0.0.1:" + port);
        }

        private void stop() {
            PitheadProcess running = process;
            if (running != null) {
                running.close();
            }
        }
    }

    private Fleet(Postgres postgres, ArtemisBroker broker) {
        this.postgres = postgres;
        this.broker = broker;
    }

    /** Starts instances that are all alike. */
    static Fleet start(Path folder, int count, Postgres postgres, String... settings) {
        return start(folder, postgres, Collections.nCopies(count, List.of(settings)));
    }

    /**
     * Starts all of them at once; whoever comes first makes the schema.
     *
     * @param settings those of each instance
     */
    static Fleet start(Path folder, Postgres postgres, List<List<String>> settings) {
        var fleet = new Fleet(postgres, ArtemisBroker.start());
        try {
            List<String> common = common(folder, postgres, fleet.broker);
            for (List<String> own : settings) {
                Path data = folder.resolve("instance-" + fleet.instances.size());
                fleet.instances.add(new Instance(
                        data, Stream.concat(common.stream(), own.stream()).toList()));
            }
            fleet.together(Instance::start);
            return fleet;
        } catch (RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
    }

    /** Keys that sign and seal are the same for all instances. */
    private static List<String> common(Path folder, Postgres postgres, ArtemisBroker broker) {
        try {
            Path databasePassword = Files.writeString(folder.resolve("database.password"), Postgres.PASSWORD);
            Path brokerPassword = Files.writeString(folder.resolve("broker.password"), ArtemisBroker.PASSWORD);
            return List.of(
                    "pithead.db.url=" + postgres.url(),
                    "pithead.db.user=" + Postgres.USER,
                    "pithead.db.password.file=" + databasePassword,
                    "pithead.broker.url=" + broker.url(),
                    "pithead.broker.user=" + ArtemisBroker.USER,
                    "pithead.broker.password.file=" + brokerPassword,
                    "pithead.signing.key.file=" + folder.resolve("signing.pem"),
                    "pithead.webhook.key.file=" + folder.resolve("webhook.key"),
                    "pithead.ledger.auto-deposit=true",
                    "-Xmx256m");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Act {
        void on(Instance instance);
    }

    private void together(Act act) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> acts = new ArrayList<>();
            instances.forEach(instance -> acts.add(threads.submit(() -> act.on(instance))));
            for (Future<?> one : acts) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    /** The first start wrote the key where it ran. */
    Operator operator() {
        Instance first = instances.stream()
                .filter(instance -> Files.exists(instance.data.resolve("admin.key")))
                .findFirst()
                .orElseThrow();
        return Operator.of(Api.open(first.origin()), first.data);
    }

    List<URI> origins() {
        return instances.stream().map(Instance::origin).toList();
    }

    Instance instance(int number) {
        return instances.get(number);
    }

    ArtemisBroker broker() {
        return broker;
    }

    Postgres postgres() {
        return postgres;
    }

    @Override
    public void close() {
        together(Instance::stop);
        broker.close();
    }
}
