package io.pithead.miner.api;

import io.pithead.miner.config.DiscoveryConfig;
import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The discovery registry (API.md, by signature). */
public final class RegistryApi implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String NODES = "/v1/discovery/nodes";

    private final Exchange exchange;
    private final DiscoveryConfig config;
    private final WalletKey key;
    private final InstantSource clock;

    /** @param clock the world's time, which signatures go by */
    public RegistryApi(DiscoveryConfig config, WalletKey key, InstantSource clock) throws IOException {
        exchange = new Exchange(config.server(), Optional.empty(), clock);
        this.config = config;
        this.key = key;
        this.clock = clock;
    }

    /** @param chain on which the node is registered */
    public Answer<NodeAnnounced> announce(long chain, NodeAnnouncement announcement) {
        byte[] body = Json.write(announcement);
        String authorization = new WalletSigner(key, config.server().origin(), clock)
                .header(chain, "PUT", exchange.sentPath(NODES), body);
        return exchange.call(
                exchange.request(NODES)
                        .header("Content-Type", "application/json")
                        .header("Authorization", authorization)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(body)),
                TIMEOUT,
                (status, answer) -> Json.readLenient(answer, NodeAnnounced.class));
    }

    @Override
    public void close() {
        exchange.close();
    }
}
