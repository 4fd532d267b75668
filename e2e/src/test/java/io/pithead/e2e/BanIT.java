package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator keeps a node from work, with miners played by hand. */
@ExtendWith(SharedServer.class)
class BanIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String REASON = "it returned the results of another node";
    private static final byte[] NO_BODY = {};

    private final Api admin = SharedServer.operator().api();
    private final Tenant tenant = SharedServer.operator().tenant("banned").deposit("100");

    private JsonNode node(String minerId) {
        return admin.get("/v1/admin/nodes?limit=200")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .filter(node -> node.get("account").asText().equals(tenant.account()))
                .filter(node -> node.get("miner_id").asText().equals(minerId))
                .findAny()
                .orElseThrow();
    }

    private String ban(String minerId) {
        String path = "/v1/admin/nodes/" + node(minerId).get("id").asText() + "/ban";
        admin.post(path, Map.of("reason", REASON)).expect(204);
        return path;
    }

    private Api.Answer beat(String minerId, JsonNode offer) {
        var beat = new HashMap<String, Object>(Map.of("miner_id", minerId));
        beat.put("running", List.of(Map.of("id", offer.get("id"), "lease", offer.get("lease"))));
        return tenant.miner().post("/v1/miner/heartbeat", beat);
    }

    private Api.Answer poll(String minerId, int wait) {
        return tenant.miner().get("/v1/miner/next?miner=" + minerId + "&slots=1&wait=" + wait);
    }

    @Test
    void its_job_goes_to_another_and_its_miner_is_told_why_until_the_ban_is_lifted() {
        String cheat = SharedServer.name("cheat");
        String honest = SharedServer.name("honest");
        tenant.register(cheat, cheat, 1, true);
        String job = tenant.submit(cheat);
        JsonNode offer = tenant.next(cheat);

        String path = ban(cheat);
        tenant.register(honest, cheat, 1, true);
        JsonNode again = tenant.next(honest);
        assertThat(again.get("id").asText()).isEqualTo(job);
        assertThat(again.get("lease").asLong()).isGreaterThan(offer.get("lease").asLong());

        Await.until("the ban to hold", SOON, () -> beat(cheat, offer).status() == 403);
        JsonNode told =
                Refused.with(beat(cheat, offer), 403, "NODE_BANNED").body().get("error");
        assertThat(told.get("message").asText()).contains(REASON);
        assertThat(told.at("/details/reason").asText()).isEqualTo(REASON);
        JsonNode stop = told.at("/details/directives/0");
        assertThat(stop.get("type").asText()).isEqualTo("stop");
        assertThat(stop.get("job")).isEqualTo(offer.get("id"));
        assertThat(stop.get("lease")).isEqualTo(offer.get("lease"));
        Refused.with(poll(cheat, 0), 403, "NODE_BANNED");
        Refused.with(tenant.prove(offer), 409, "LEASE_LOST");
        Refused.with(
                tenant.miner().post("/v1/miner/register", Map.of("miner_id", cheat, "mode", "cpu")),
                403,
                "NODE_BANNED");
        tenant.prove(again).expect(201);

        String waiting = tenant.submit(cheat);
        tenant.miner().post("/v1/miner/drain", Map.of("miner_id", honest)).expect(200);
        Await.until(
                "the ban among the reasons",
                SOON,
                () -> tenant.buyer()
                                .get("/v1/jobs/" + waiting + "/explain")
                                .expect(200)
                                .body()
                                .at("/refusals/NODE_BANNED")
                                .asInt()
                        == 1);

        assertThat(node(cheat).get("ban").asText()).isEqualTo(REASON);
        admin.send("DELETE", path, NO_BODY).expect(204);
        Await.until("the node to be free", SOON, () -> poll(cheat, 1).status() == 200);
        assertThat(node(cheat).path("ban").isMissingNode()).isTrue();
        String audit = admin.get("/v1/admin/audit?limit=200").expect(200).text();
        assertThat(audit).contains("node.ban", REASON, "node.unban");
    }

    @Test
    void a_poll_that_waits_ends_with_the_ban() throws InterruptedException {
        String miner = SharedServer.name("parked");
        tenant.register(miner, miner, 1, true);
        var answers = new ArrayBlockingQueue<Api.Answer>(1);
        double parked = parked();
        Thread waiting = Thread.ofVirtual().start(() -> answers.add(poll(miner, 30)));
        Await.until("the poll is parked", SOON, () -> parked() > parked);
        ban(miner);
        waiting.join();
        Refused.with(answers.take(), 403, "NODE_BANNED");
    }

    private static double parked() {
        var line = Pattern.compile("^pithead_polls_parked (\\S+)$", Pattern.MULTILINE)
                .matcher(SharedServer.open().get("/metrics").expect(200).text());
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    @Test
    void its_container_goes_to_another_node_and_buyers_see_the_ban() {
        String host = SharedServer.name("host");
        Containers placed = Containers.on(tenant, host);
        JsonNode offer = tenant.next(host);
        placed.report(offer, "RUNNING", null);
        String address = placed.task().at("/nodes/0/address").asText();
        String other = SharedServer.name("other");
        placed.sameHost(other);

        String path = ban(host);
        Await.until(
                "a place elsewhere",
                SOON,
                () -> !address.equals(placed.look().at("/nodes/0/address").asText(address)));
        assertThat(tenant.next(other).get("id")).isEqualTo(placed.look().at("/nodes/0/job"));
        Await.until("the ban to hold", SOON, () -> beat(host, offer).status() == 403);
        JsonNode told = Refused.with(beat(host, offer), 403, "NODE_BANNED").body();
        assertThat(told.at("/error/details/directives/0/job")).isEqualTo(offer.get("id"));
        assertThat(placed.nodeStatus(address)).isEqualTo("Banned");
        admin.send("DELETE", path, NO_BODY).expect(204);
    }

    @Test
    void a_node_that_is_not_there_and_a_ban_without_a_reason_are_refused() {
        String nobody = "/v1/admin/nodes/00000000-0000-7000-8000-000000000000/ban";
        Refused.with(admin.post(nobody, Map.of("reason", "x")), 404, "NODE_NOT_FOUND");
        Refused.with(admin.send("DELETE", nobody, NO_BODY), 404, "NODE_NOT_FOUND");
        String miner = SharedServer.name("plain");
        tenant.register(miner, miner, 1, true);
        String path = "/v1/admin/nodes/" + node(miner).get("id").asText() + "/ban";
        Refused.naming(admin.post(path, Map.of()), "/reason");
        Refused.naming(admin.post(path, Map.of("reason", "x".repeat(501))), "/reason");
        assertThat(poll(miner, 0).status()).isEqualTo(204);
    }
}
