package io.pithead.demo;

import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A miner that cheats, for whoever wants to see a network find it. */
@Command(
        name = "cheater",
        description = "Runs a miner that cheats, until Ctrl-C: for trials of a network of one's own.",
        mixinStandardHelpOptions = true)
public final class Cheater implements Callable<Integer> {
    private static final int EXIT_CANNOT_START = 2;

    @Option(names = "--url", paramLabel = "URL", required = true, description = "the coordinator")
    private URI url = URI.create("");

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "certificate that the coordinator shows, if its own")
    private @Nullable Path certificate;

    @Option(names = "--key-file", paramLabel = "FILE", required = true, description = "holds a miner's API key")
    private Path keyFile = Path.of("");

    @Option(names = "--id", paramLabel = "ID", defaultValue = "cheater", description = "default: cheater")
    private String id = "cheater";

    @Option(
            names = "--challenges",
            paramLabel = "CHEAT",
            defaultValue = "NONE",
            description = "in challenges: ${COMPLETION-CANDIDATES}")
    private Cheat cheat = Cheat.NONE;

    @Option(
            names = "--work",
            paramLabel = "CHEAT",
            defaultValue = "NONE",
            description = "in jobs: ${COMPLETION-CANDIDATES}")
    private WorkCheat work = WorkCheat.NONE;

    @Option(names = "--node-seed", paramLabel = "TEXT", description = "what the node's key is made of; else a new one")
    private @Nullable String seed;

    /** Picocli makes it. */
    public Cheater() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Cheater()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        WalletKey node = seed == null
                ? WalletKey.generate(new SecureRandom())
                : WalletKey.of(Keccak.digest(seed.getBytes(StandardCharsets.UTF_8)));
        try {
            String key = Files.readString(keyFile).strip();
            Rest coordinator = certificate == null ? Rest.plain(url, key) : Rest.trusting(certificate, url, key);
            try (var miner = new CheatingMiner(coordinator, id, cheat, work, node, System.out).start()) {
                System.out.println("node " + node.address().text() + " challenges=" + cheat + " work=" + work);
                new CountDownLatch(1).await();
            }
            return 0;
        } catch (DemoException | IOException e) {
            System.err.println("cheater: " + (e instanceof DemoException ? e.getMessage() : e));
            return EXIT_CANNOT_START;
        }
    }
}
