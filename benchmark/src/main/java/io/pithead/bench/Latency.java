package io.pithead.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From the time a job was due to be submitted to the time a parked miner has it: an open loop, so a server that falls
 * behind is not asked less and every wait is counted.
 */
final class Latency {
    private static final int MINERS = 100;
    private static final int SENDERS = 48;
    private static final Duration WAIT = Duration.ofSeconds(2);
    /** Until now no miner waited: the server's compiler sees a new path, and slow answers fell into its first ten seconds. */
    private static final int WARM_UPS = 4;

    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final int DIGITS = 3;
    /** The same arrivals in every run. */
    private static final long SEED = 7;

    private final Network network;
    private final Sizes sizes;
    private final Duration warmUp;
    private final Histogram histogram = new ConcurrentHistogram(HIGHEST_NANOS, DIGITS);
    private final ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long countFrom;

    Latency(Network network, Sizes sizes) {
        this.network = network;
        this.sizes = sizes;
        this.warmUp = sizes.warmUp().multipliedBy(WARM_UPS);
    }

    /** Milliseconds, and how many jobs they were taken from. */
    record Result(double p50, double p99, long jobs) {}

    Result measure(double perSecond) throws IOException, InterruptedException {
        network.register("wait-", MINERS, 1);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < MINERS; i++) {
            String miner = "wait-" + i;
            threads.add(Thread.ofPlatform().start(() -> guarded(connection -> mine(connection, miner))));
        }
        long[] due = arrivals(perSecond);
        countFrom = System.nanoTime() + warmUp.toNanos();
        long start = System.nanoTime();
        var next = new AtomicInteger();
        var senders = new ArrayList<Thread>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(Thread.ofPlatform().start(() -> guarded(connection -> submit(connection, start, due, next))));
        }
        join(senders);
        // what still waits belongs to the result
        Thread.sleep(WAIT);
        over.set(true);
        join(threads);
        IOException failure = failures.peek();
        if (failure != null) {
            throw failure;
        }
        return new Result(millis(50), millis(99), histogram.getTotalCount());
    }

    private double millis(double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }

    /** Poisson arrivals, as nanoseconds from the start. */
    private long[] arrivals(double perSecond) {
        double seconds = warmUp.plus(sizes.time()).toNanos() / 1e9;
        long[] due = new long[(int) (perSecond * seconds)];
        var random = new Random(SEED);
        double at = 0;
        for (int i = 0; i < due.length; i++) {
            at += -Math.log(1 - random.nextDouble()) / perSecond;
            due[i] = (long) (at * 1e9);
        }
        return due;
    }

    private interface Work {
        void on(Connection connection) throws IOException;
    }

    private void guarded(Work work) {
        try (Connection connection = network.client().connect()) {
            work.on(connection);
        } catch (IOException e) {
            failures.add(e);
            over.set(true);
        }
    }

    private void submit(Connection connection, long start, long[] due, AtomicInteger next) throws IOException {
        for (int i = next.getAndIncrement(); i < due.length && !over.get(); i = next.getAndIncrement()) {
            long at = start + due[i];
            byte[] request = network.post("/v1/jobs", Wire.job(at));
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            connection.exchange(request).orThrow();
        }
    }

    private void mine(Connection connection, String miner) throws IOException {
        byte[] next = network.next(miner, 1, WAIT);
        while (!over.get()) {
            List<Wire.Offer> offers = Wire.offers(connection.exchange(next));
            long now = System.nanoTime();
            for (Wire.Offer offer : offers) {
                if (offer.at() - countFrom > 0) {
                    histogram.recordValue(Math.min(HIGHEST_NANOS, Math.max(0, now - offer.at())));
                }
                connection
                        .exchange(network.post("/v1/miner/proof", Wire.proof(offer)))
                        .orThrow();
            }
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
