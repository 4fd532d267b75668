package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.FeePolicy;
import io.pithead.coordinator.chain.core.Finality;
import io.pithead.coordinator.platform.Database;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** A sender in a process of its own, to be killed: sends for as long as it lives. */
public final class SenderProcess {
    private static final BigInteger GWEI = BigInteger.TEN.pow(9);

    private SenderProcess() {}

    /** @param args URLs of the database and of the chain, the chain's id, the database's user */
    public static void main(String[] args) throws Exception {
        var source = new PGSimpleDataSource();
        source.setUrl(args[0]);
        source.setUser(args[3]);
        URI url = URI.create(args[1]);
        var chain = new ChainSettings(
                "killed",
                Long.parseLong(args[2]),
                List.of(url),
                Map.of(),
                0,
                new Finality(Finality.Tag.LATEST, ChainRig.CONFIRMATIONS),
                2_000,
                Duration.ofSeconds(1),
                64,
                new FeePolicy(GWEI.multiply(BigInteger.valueOf(50)), GWEI, 125, Duration.ofSeconds(30)),
                500,
                Optional.empty(),
                false);
        try (var rpc = new HttpRpc(url, Duration.ofSeconds(10))) {
            var endpoints = new Endpoints("killed", List.of(rpc), chain.identity(), InstantSource.system(), () -> {});
            var sender = new Sender(
                    new Database(source),
                    chain,
                    Anvil.rich(),
                    endpoints,
                    new ContractErrors(List.of()),
                    UUID.randomUUID(),
                    Duration.ofSeconds(1));
            while (true) {
                if (!sender.round()) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                System.out.println("round");
            }
        }
    }
}
