package io.pithead.miner.api;

import io.pithead.protocol.signing.Digests;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How fast bytes go to the coordinator and come from it, the way results, inputs and snapshots do. What is sent never becomes a
 * whole artifact, and what is fetched is one file for everybody: a few MiB lie there then, however often somebody asks.
 */
public final class LineSpeed {
    /** Each way: longer than a line needs to get up to speed, shorter than anybody minds. */
    public static final int BYTES = 4 * 1024 * 1024;

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final long SEED = 0x5069746865616421L;
    private static final double BITS_PER_MEGABIT = 8 / 1e6;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final Exchange exchange;
    private final Duration limit;

    LineSpeed(Exchange exchange) {
        this(exchange, LIMIT);
    }

    LineSpeed(Exchange exchange, Duration limit) {
        this.exchange = exchange;
        this.limit = limit;
    }

    /** What a transfer showed; rates in megabits a second. */
    public sealed interface Measured {
        record Rate(double megabits) implements Measured {}

        /** It was not over in time, so the line is slower than this. */
        record Below(double megabits) implements Measured {}

        record Unknown(String why) implements Measured {}
    }

    /** Sends all but the last byte of a file that is this miner's own, the same each time. */
    public Measured up(String minerId) {
        byte[] file = noise(SEED ^ minerId.hashCode(), BYTES + 1);
        var request = put(Digests.sha256Hex(file), Arrays.copyOf(file, BYTES))
                .header("Content-Range", "bytes 0-" + (BYTES - 1) + "/" + file.length);
        long began = System.nanoTime();
        Answer<Integer> answer = exchange.call(request, limit, (status, body) -> status);
        return measured(answer, began);
    }

    /** Fetches a file that every account brings once. */
    public Measured down() {
        byte[] file = noise(SEED, BYTES);
        String sha256 = Digests.sha256Hex(file);
        long began = System.nanoTime();
        Answer<byte[]> answer = get(sha256);
        if (answer instanceof Answer.Refused<byte[]> refused && refused.status() == NOT_FOUND) {
            Answer<Integer> brought = exchange.call(put(sha256, file), limit, (status, body) -> status);
            if (!(brought instanceof Answer.Ok<Integer>)) {
                return measured(brought, began);
            }
            began = System.nanoTime();
            answer = get(sha256);
        }
        if (answer instanceof Answer.Ok<byte[]> ok && !Arrays.equals(ok.value(), file)) {
            return new Measured.Unknown("what came is not what was brought");
        }
        return measured(answer, began);
    }

    private Answer<byte[]> get(String sha256) {
        var request = exchange.request(path(sha256))
                .setHeader("Accept", "application/octet-stream")
                .GET();
        return switch (exchange.send(request, limit, info -> new LimitedBody(BYTES))) {
            case Answer.Lost<HttpResponse<byte[]>> lost -> new Answer.Lost<>(lost.why());
            case Answer.Refused<HttpResponse<byte[]>> refused ->
                new Answer.Refused<>(refused.status(), refused.code(), refused.message(), refused.retryAfter());
            case Answer.Ok<HttpResponse<byte[]>> ok ->
                ok.status() == OK
                        ? new Answer.Ok<>(ok.value().body(), OK, ok.sent())
                        : Exchange.refused(
                                ok.status(),
                                ok.value().body(),
                                ok.value().headers().firstValue("Retry-After"));
        };
    }

    private HttpRequest.Builder put(String sha256, byte[] bytes) {
        return exchange.request(path(sha256))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes));
    }

    private Measured measured(Answer<?> answer, long beganNanos) {
        Duration took = Duration.ofNanos(Math.max(1, System.nanoTime() - beganNanos));
        double megabits = BYTES * BITS_PER_MEGABIT / (took.toNanos() / 1e9);
        return switch (answer) {
            case Answer.Ok<?> ok -> new Measured.Rate(megabits);
            case Answer.Refused<?> refused -> new Measured.Unknown(refused.status() + " " + refused.code());
            case Answer.Lost<?> lost ->
                took.compareTo(limit) >= 0 ? new Measured.Below(megabits) : new Measured.Unknown(lost.why());
        };
    }

    /** Nothing on the way can make it shorter. */
    private static byte[] noise(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static String path(String sha256) {
        return "/v1/artifacts/" + sha256;
    }
}
