package io.pithead.e2e;

import static io.pithead.e2e.Tenants.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class JobEventIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Tenants tenants = new Tenants(SharedServer.pithead());

    @Test
    void the_history_comes_first_then_what_happens_until_the_end() throws Exception {
        Tenants.Held held = tenants.lease(Map.of());
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> stream = follow(tenants.buyer, held.job(), lines);
        Await.until("the history", SOON, () -> lines.contains("event: LEASED"));
        tenants.post(
                tenants.miner, "/v1/miner/progress", Map.of("id", held.job(), "lease", held.lease(), "percent", 50));
        Await.until("what happens", SOON, () -> lines.contains("event: RUNNING"));
        tenants.prove(held, List.of());
        stream.get(SOON.toSeconds(), TimeUnit.SECONDS);

        List<String> events =
                lines.stream().filter(line -> line.startsWith("event: ")).toList();
        assertThat(events)
                .startsWith("event: QUEUED", "event: LEASED", "event: RUNNING")
                .endsWith("event: COMPLETED");
        List<String> ids =
                lines.stream().filter(line -> line.startsWith("id: ")).toList();
        assertThat(ids).doesNotHaveDuplicates().startsWith("id: 1", "id: 2", "id: 3");
    }

    @Test
    void who_comes_back_goes_on_where_it_was_and_learns_when_there_is_no_more() {
        String job = tenants.submit(Map.of());
        tenants.post(tenants.buyer, "/v1/jobs/" + job + "/cancel", Map.of());
        HttpResponse<byte[]> rest = tenants.get(tenants.buyer, path(job), "Last-Event-ID", "1");
        assertThat(rest.statusCode()).isEqualTo(200);
        assertThat(header(rest, "Content-Type")).startsWith("text/event-stream");
        assertThat(new String(rest.body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("id: 2\nevent: CANCELED\n")
                .doesNotContain("QUEUED");
        assertThat(tenants.get(tenants.buyer, path(job), "Last-Event-ID", "2").statusCode())
                .isEqualTo(204);
    }

    @Test
    void who_may_not_follow_is_told_so_in_the_envelope() {
        String job = tenants.submit(Map.of());
        assertThat(tenants.get(tenants.stranger, path(job)).statusCode()).isEqualTo(404);
        assertThat(tenants.get(tenants.miner, path(job)).statusCode()).isEqualTo(403);
        HttpResponse<byte[]> wrong = tenants.get(tenants.buyer, path(job), "Last-Event-ID", "x");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(Tenants.json(wrong).at("/error/code").asText()).isEqualTo("MALFORMED_REQUEST");
    }

    @Test
    void a_revoked_key_ends_its_streams() throws Exception {
        String job = tenants.submit(Map.of());
        Tenants.Key key = tenants.issue(tenants.buyer.account(), "buyer");
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> stream = follow(key, job, lines);
        Await.until("the history", SOON, () -> lines.contains("event: QUEUED"));
        assertThat(stream).isNotDone();
        tenants.revoke(key);
        stream.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> follow(Tenants.Key key, String job, Queue<String> lines) {
        return tenants.client()
                .sendAsync(tenants.request(key, path(job)).GET().build(), BodyHandlers.ofLines())
                .thenAcceptAsync(answer -> answer.body().forEach(lines::add));
    }

    private static String path(String job) {
        return "/v1/jobs/" + job + "/events";
    }
}
