package io.pithead.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Thousands of miners with nothing to do, each with a poll parked on its own TLS connection; then work for all at once. */
final class Parked {
    private static final Duration WAIT = Duration.ofSeconds(30);
    /** Longer than a whole poll, so every miner has come back at least once. */
    private static final Duration HOLD = WAIT.plusSeconds(5);

    private static final Duration RAMP_LIMIT = Duration.ofMinutes(5);
    private static final Duration WAKE_LIMIT = Duration.ofMinutes(2);
    private static final int HANDSHAKES_AT_ONCE = 16;
    private static final int JOBS_PER_REQUEST = 1_000;
    private static final String PREFIX = "park-";

    private final Network network;
    private final int count;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger holding = new AtomicInteger();
    private final ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch connected;
    private final CountDownLatch woken;

    Parked(Network network, int count) {
        this.network = network;
        this.count = count;
        this.connected = new CountDownLatch(count);
        this.woken = new CountDownLatch(count);
    }

    /** {@code wakeAll} is from the first submission to the last miner that has its job. */
    record Result(int held, double heapKibPerMiner, long heapMb, Duration ramp, Duration wakeAll) {}

    Result measure() throws IOException, InterruptedException {
        network.register(PREFIX, count, 1);
        long before = network.server().liveHeapKib();
        long start = System.nanoTime();
        var handshakes = new Semaphore(HANDSHAKES_AT_ONCE);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < count; i++) {
            String miner = PREFIX + i;
            threads.add(Thread.ofVirtual().start(() -> hold(miner, handshakes)));
        }
        try {
            await(connected, RAMP_LIMIT, "miners to connect");
            Duration ramp = Duration.ofNanos(System.nanoTime() - start);
            Thread.sleep(HOLD);
            int held = holding.get();
            long after = network.server().liveHeapKib();
            Duration wake = wakeAll();
            return new Result(held, (after - before) / (double) held, after / 1024, ramp, wake);
        } finally {
            over.set(true);
            for (Thread thread : threads) {
                thread.interrupt();
            }
        }
    }

    private Duration wakeAll() throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Connection buyer = network.client().connect()) {
            for (int left = count; left > 0; left -= JOBS_PER_REQUEST) {
                buyer.exchange(network.post("/v1/jobs", Wire.jobs(Math.min(left, JOBS_PER_REQUEST))))
                        .orThrow();
            }
        }
        await(woken, WAKE_LIMIT, "miners to be woken");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void hold(String miner, Semaphore handshakes) {
        boolean counted = false;
        try {
            handshakes.acquire();
            Connection connection;
            try {
                connection = network.client().connect();
            } finally {
                handshakes.release();
            }
            try (connection) {
                byte[] next = network.next(miner, 1, WAIT);
                connection.send(next);
                connected.countDown();
                holding.incrementAndGet();
                counted = true;
                while (Wire.offers(connection.receive()).isEmpty() && !over.get()) {
                    connection.send(next);
                }
                woken.countDown();
            }
        } catch (IOException e) {
            if (counted) {
                holding.decrementAndGet();
            }
            if (!over.get()) {
                failures.add(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(CountDownLatch latch, Duration limit, String what) throws IOException, InterruptedException {
        if (!latch.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(latch.getCount() + " of " + count + " are still waited for (" + what + "); "
                    + failures.size() + " failed, the first: " + failures.peek());
        }
    }
}
