package io.pithead.miner.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/**
 * A computation that every machine repeats exactly, so that results can be compared.
 *
 * <p>{@code params} are {@code seed}, a string of at most 1,000 characters, and {@code length}, a number from 1 to
 * 10<sup>10</sup>. With <i>h</i><sub>0</sub> = SHA-256(UTF-8(seed)) and <i>h</i><sub>i+1</sub> =
 * SHA-256(<i>h</i><sub>i</sub>), where each <i>h</i> is the 32 bytes of the digest, the output is the one line {@code
 * sha256_chain length=<length> final=<hex>} and a line feed; {@code hex} is <i>h</i><sub>length</sub> in 64 lower-case
 * digits.
 */
public final class Sha256Chain implements Workload {
    static final long MAX_LENGTH = 10_000_000_000L;
    static final int MAX_SEED = 1_000;
    private static final int PROBE_LENGTH = 1_000;
    private static final int HEAP_MB = 48;
    private static final int REPORTS = 100;

    record Params(String seed, Long length) {
        Params {
            new Checks()
                    .present("seed", seed)
                    .that("seed", seed == null || seed.length() <= MAX_SEED, "must have at most 1000 characters")
                    .present("length", length)
                    .range("length", length, 1, MAX_LENGTH)
                    .done();
        }
    }

    @Override
    public String name() {
        return "sha256_chain";
    }

    @Override
    public JsonNode probe() {
        return Json.toTree(Map.of("seed", "probe", "length", PROBE_LENGTH));
    }

    @Override
    public int heapMb() {
        return HEAP_MB;
    }

    @Override
    public void run(Task task) throws WorkloadException, DigestException {
        Params params = task.params(Params.class);
        byte[] last = chain(params.seed(), params.length(), task);
        String line = "sha256_chain length=" + params.length() + " final="
                + HexFormat.of().formatHex(last) + "\n";
        task.out().print(line);
        task.work(params.length(), "hash");
    }

    private static byte[] chain(String seed, long length, Task task) throws DigestException {
        MessageDigest digest = Digests.sha256();
        byte[] h = digest.digest(seed.getBytes(StandardCharsets.UTF_8));
        long step = Math.max(1, length / REPORTS);
        for (long i = 1; i <= length; i++) {
            digest.update(h);
            digest.digest(h, 0, h.length);
            if (i % step == 0) {
                task.progress(i, length);
            }
        }
        return h;
    }
}
