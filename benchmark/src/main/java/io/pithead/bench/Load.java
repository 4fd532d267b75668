package io.pithead.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** A closed loop: so many clients, each with one connection, each asking again as soon as it is answered. */
final class Load {
    private static final int MAX_FAILURES = 100;

    private Load() {}

    /** One round of one client; says how many units it completed. */
    @FunctionalInterface
    interface Step {
        int once(Connection connection) throws IOException;
    }

    /** Makes the step of the client with this number. */
    @FunctionalInterface
    interface Steps {
        Step of(int client);
    }

    /** Units in a time, counted after the warm-up, and the processor time they took. */
    record Rate(long units, Duration time, Cpu cpu) {
        double perSecond() {
            return units / (time.toNanos() / 1e9);
        }

        /** Both halves of one measurement. */
        Rate plus(Rate other) {
            return new Rate(units + other.units, time.plus(other.time), cpu.plus(other.cpu));
        }

        String cpuEach() {
            return cpu.each(units);
        }
    }

    /** Runs the warm-up and the measurement in one go, so that nothing pauses between them. */
    static Rate measure(Server server, int clients, Duration warmUp, Duration time, Steps steps)
            throws IOException, InterruptedException {
        var run = new Run(server.client(), System.nanoTime() + warmUp.toNanos() + time.toNanos());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Step step = steps.of(i);
            threads.add(Thread.ofPlatform().name("client-" + i).start(() -> run.loop(step)));
        }
        Thread.sleep(warmUp);
        long unitsBefore = run.units.sum();
        Cpu cpuBefore = server.cpu();
        long before = System.nanoTime();
        Thread.sleep(time);
        long units = run.units.sum() - unitsBefore;
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        Cpu cpu = server.cpu().since(cpuBefore);
        for (Thread thread : threads) {
            thread.join();
        }
        run.requireFewFailures();
        return new Rate(units, took, cpu);
    }

    private record Run(Client client, long endNanos, LongAdder units, ConcurrentLinkedQueue<String> failures) {
        Run(Client client, long endNanos) {
            this(client, endNanos, new LongAdder(), new ConcurrentLinkedQueue<>());
        }

        void loop(Step step) {
            while (!isOver()) {
                try (Connection connection = client.connect()) {
                    while (!isOver()) {
                        units.add(step.once(connection));
                    }
                } catch (IOException e) {
                    failures.add(String.valueOf(e));
                }
            }
        }

        private boolean isOver() {
            return System.nanoTime() - endNanos > 0 || failures.size() > MAX_FAILURES;
        }

        void requireFewFailures() throws IOException {
            if (!failures.isEmpty()) {
                throw new IOException(failures.size() + " requests failed, the first: " + failures.peek());
            }
        }
    }
}
