package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to stop owes an answer to everybody who has asked. */
class StopIT {
    private static final int WORKERS = 12;
    private static final int WAITING = 8;
    private static final int WARM = 200;
    private static final Duration SOON = Duration.ofSeconds(60);
    /** More than the server waits for answers (10 s) and takes to stop what is behind it. */
    private static final Duration STOPPED = Duration.ofSeconds(60);

    private final PitheadProcess pithead;
    private final Tenant tenant;
    private final Queue<String> cut = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger sentAway = new AtomicInteger();
    private volatile long toldNanos = Long.MAX_VALUE;

    StopIT(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) {
        pithead = PitheadProcess.start(data, "pithead.ledger.auto-deposit=true");
        tenant = Operator.of(Api.open(pithead.http()), data).tenant("stop").deposit("1000000");
    }

    @BeforeEach
    void miners() {
        for (int i = 0; i < WORKERS; i++) {
            tenant.register("worker-" + i, "work-" + i, 1, true);
        }
        for (int i = 0; i < WAITING; i++) {
            tenant.register("waiting-" + i, "nobody-buys-this", 1, true);
        }
    }

    @Test
    void everybody_who_has_asked_gets_a_whole_answer() throws Exception {
        var threads = new ArrayList<Thread>();
        var parked = new CountDownLatch(WAITING);
        for (int i = 0; i < WORKERS; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> work(number)));
        }
        for (int i = 0; i < WAITING; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> await(number, parked)));
        }
        parked.await();
        Await.until("the miners are at work", SOON, () -> answered.get() > WARM);
        try (Wire head = Wire.to(pithead.http());
                Wire body = Wire.to(pithead.http())) {
            head.send("GET /health/live HTTP/1.1\r\nHo");
            body.send(request("POST", "/v1/jobs", tenant.buyer(), "{}").replace("{}", "{"));
            toldNanos = System.nanoTime();
            ProcessHandle.of(pithead.server().pid()).orElseThrow().destroy();
            assertThat(pithead.server().awaitEnd(STOPPED)).isZero();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(cut).as("asked before the stop, and cut").isEmpty();
        assertThat(sentAway).as("parked polls that were answered").hasValue(WAITING);
        assertThat(pithead.server().output())
                .contains("server.draining", "edge.drained")
                .doesNotContain("loop.failing", "jdbc.exc_get_conn")
                // what the container says after that is its own affair
                .contains("\nstopped\n");
    }

    /** Submits, fetches and proves until there is nobody left to talk to. */
    private void work(int number) {
        var line = new Line();
        String workload = "work-" + number;
        while (true) {
            Answer submitted = line.ask("POST", "/v1/jobs", tenant.buyer(), Map.of("workload", workload, "price", "1"));
            if (submitted == null || submitted.status() != 201) {
                return;
            }
            Answer next = line.ask("GET", "/v1/miner/next?slots=1&wait=5&miner=worker-" + number, tenant.miner(), null);
            if (next == null || next.status() != 200) {
                return;
            }
            var proof = Tenant.proof(
                    next.body().get("id").asText(), next.body().get("lease").asLong());
            Answer proved = line.ask("POST", "/v1/miner/proof", tenant.miner(), proof);
            if (proved == null || proved.status() != 201) {
                return;
            }
        }
    }

    /** Parks a poll; that it is parked shows in that it does not come back before the stop. */
    private void await(int number, CountDownLatch parked) {
        var line = new Line();
        parked.countDown();
        while (true) {
            Answer next =
                    line.ask("GET", "/v1/miner/next?slots=1&wait=30&miner=waiting-" + number, tenant.miner(), null);
            if (next == null) {
                return;
            }
            if (System.nanoTime() - toldNanos > 0) {
                assertThat(next.status()).isEqualTo(204);
                sentAway.incrementAndGet();
                return;
            }
        }
    }

    private static String request(String method, String path, Api as, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + as.key()
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** A client that keeps its connection as long as the server does. */
    private final class Line {
        private final URI origin = pithead.http();
        private @Nullable Wire wire;

        /** Null when there was no answer. */
        @Nullable
        Answer ask(String method, String path, Api as, @Nullable Map<String, ?> body) {
            Wire open = wire;
            try {
                if (open == null) {
                    open = Wire.to(origin);
                }
            } catch (IOException refused) {
                return null;
            }
            boolean before = false;
            try {
                open.send(request(method, path, as, body == null ? "" : Json.text(body)));
                before = System.nanoTime() - toldNanos < 0;
                Answer answer = open.answer();
                answered.incrementAndGet();
                boolean ends = answer.headers()
                        .firstValue("Connection")
                        .filter("close"::equals)
                        .isPresent();
                wire = ends ? null : open;
                if (ends) {
                    open.close();
                }
                return answer;
            } catch (IOException e) {
                if (before) {
                    cut.add(method + " " + path + ": " + e);
                }
                return null;
            }
        }
    }
}
