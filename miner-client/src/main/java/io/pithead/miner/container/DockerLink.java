package io.pithead.miner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientConfigDelegate;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.pithead.miner.container.EngineException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The connections to the engine: every call over them ends by its deadline, whatever the engine does. */
final class DockerLink implements AutoCloseable {
    /** Looking takes the engine milliseconds; a loaded machine gets its time. */
    static final Duration LOOK = Duration.ofSeconds(20);

    static final Duration ACT = Duration.ofSeconds(60);
    private static final Duration KNOCK = Duration.ofSeconds(3);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Each container that runs holds one for its output. */
    private static final int MAX_CONNECTIONS = 4_096;

    private final DockerClientConfig config;
    private final DockerHttpClient http;
    private final DockerClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    DockerLink(DockerHost host) {
        var builder = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(host.url())
                .withDockerContext(null)
                .withDockerTlsVerify(host.certificates().isPresent());
        host.certificates().ifPresent(folder -> builder.withDockerCertPath(folder.toString()));
        config = new OnlyOurCredentials(builder.build());
        http = connect(MAX_CONNECTIONS);
        client = DockerClientImpl.getInstance(config, http);
    }

    /** The owner's own registry passwords, which the library would find, are not the buyers' to use. */
    private static final class OnlyOurCredentials extends DockerClientConfigDelegate {
        OnlyOurCredentials(DockerClientConfig original) {
            super(original);
        }

        @Override
        public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
            return null;
        }
    }

    private DockerHttpClient connect(int connections) {
        return new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(connections)
                .connectionTimeout(CONNECT)
                .build();
    }

    DockerClient client() {
        return client;
    }

    /** For what the library cannot ask, or would wait for. */
    DockerHttpClient.Response get(String path) {
        return http.execute(DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path(path)
                .build());
    }

    interface Action {
        void run();
    }

    void act(Duration limit, Action action) throws EngineException, InterruptedException {
        call(limit, () -> {
            action.run();
            return true;
        });
    }

    <T> T call(Duration limit, Callable<T> work) throws EngineException, InterruptedException {
        Future<T> pending = threads.submit(work);
        try {
            return pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new EngineException(Kind.AWAY, "the engine does not answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw EngineProblems.of(e.getCause());
        } finally {
            // an interrupted read closes its connection
            pending.cancel(true);
        }
    }

    boolean answers() throws InterruptedException {
        try (DockerHttpClient fresh = connect(1)) {
            act(
                    KNOCK,
                    () -> DockerClientImpl.getInstance(config, fresh).pingCmd().exec());
            return true;
        } catch (EngineException | IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
