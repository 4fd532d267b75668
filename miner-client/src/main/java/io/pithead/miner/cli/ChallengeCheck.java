package io.pithead.miner.cli;

import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.challenge.ProverChild;
import io.pithead.miner.challenge.UnansweredException;
import io.pithead.miner.challenge.core.Share;
import io.pithead.miner.cli.CheckLine.Result;
import io.pithead.miner.config.MinerConfig;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether this machine proves challenges, and how fast: one of its own of each kind, in a process like theirs, opened and checked. */
final class ChallengeCheck {
    private static final String CHECK = "challenges";
    private static final int SIZE = 1_024;
    private static final int ROWS = 20;
    private static final int MIB = 128;
    private static final int FILE_MIB = 64;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final double NANOS = 1e9;

    private final MinerConfig config;
    private final Capabilities capabilities;
    private final WorkDir dir;

    ChallengeCheck(MinerConfig config, Capabilities capabilities, WorkDir dir) {
        this.config = config;
        this.capabilities = capabilities;
        this.dir = dir;
    }

    CheckLine line() throws InterruptedException {
        Share share = capabilities.challengeShare();
        if (share.isOff()) {
            return CheckLine.ok(CHECK, "left out by CHALLENGE_CPUS");
        }
        long needsMb = Math.max(share.needsMb(SIZE, ROWS), share.memoryNeedsMb(MIB, ROWS));
        if (needsMb > share.ramMb()) {
            return CheckLine.warn(
                    CHECK,
                    "even a small one takes " + needsMb + " MiB, and may take " + share.ramMb(),
                    "set CHALLENGE_RAM_MB to more, or CHALLENGE_CPUS to less");
        }
        try {
            double seconds = prove(share, ChallengeKind.COMPUTE, SIZE, null);
            double filling = prove(share, ChallengeKind.MEMORY, MIB, 1);
            var figures = new LinkedHashMap<String, Double>();
            figures.put("seconds_of_1024", seconds);
            figures.put("seconds_of_128_mib", filling);
            String file = ", no file (CHALLENGE_DISK_MB)";
            if (share.diskMb() >= FILE_MIB) {
                double writing = prove(share, ChallengeKind.STORAGE, FILE_MIB, 1);
                figures.put("seconds_of_64_mib_file", writing);
                file = String.format(Locale.ROOT, ", a file of %d MiB in %.2f s", FILE_MIB, writing);
            }
            return new CheckLine(CHECK, Result.OK, words(share, seconds, filling, file), null, figures);
        } catch (UnansweredException | IOException e) {
            return CheckLine.warn(
                    CHECK,
                    "cannot be proved: " + e.getMessage(),
                    "see docs/MINER.md; without them validators do not approve this node");
        }
    }

    private String words(Share share, double seconds, double filling, String file) {
        boolean known = Files.exists(config.nodeWallet().file());
        return String.format(
                Locale.ROOT,
                "one of size %,d is proved in %.2f s on %d cores, one of %d MiB of memory in %.2f s on one%s,"
                        + " the start of their processes included%s",
                SIZE,
                seconds,
                share.cores(),
                MIB,
                filling,
                file,
                known ? "" : "; nobody challenges a node without a key (wallet create)");
    }

    private double prove(Share share, ChallengeKind kind, int size, @Nullable Integer turns)
            throws IOException, UnansweredException, InterruptedException {
        var random = new SecureRandom();
        WalletKey key = WalletKey.generate(random);
        Challenge challenge = challenge(kind, size, ROWS, turns, key, random);
        long begun = System.nanoTime();
        try (ProverChild prover = ProverChild.start(
                RunCommand.childSettings(config, capabilities, dir),
                share,
                dir.challenge(),
                challenge,
                percent -> {})) {
            Commitment commitment = prover.commitment(LIMIT);
            long took = System.nanoTime() - begun;
            // the prover checks its rows as a validator would, and says so when they are not exact
            prover.open(question(commitment, random), LIMIT);
            return seconds(took);
        }
    }

    /** One that nobody sent. */
    static Challenge challenge(
            ChallengeKind kind, int size, int rows, @Nullable Integer turns, WalletKey key, SecureRandom random) {
        Instant now = Instant.now();
        return new Challenge(
                UUID.randomUUID(),
                0L,
                key.address().text(),
                key.address().text(),
                kind,
                size,
                rows,
                turns,
                bytes32(random),
                now,
                now.plus(LIMIT),
                null);
    }

    static double seconds(long nanos) {
        return Math.round(nanos / NANOS * 100) / 100.0;
    }

    private static Question question(Commitment commitment, SecureRandom random) {
        return new Question(
                commitment.challenge(),
                commitment.digest(),
                bytes32(random),
                Instant.now().plus(LIMIT),
                null);
    }

    private static String bytes32(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
