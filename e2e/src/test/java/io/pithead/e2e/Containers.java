package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host of containers that speaks the miner's protocol by hand, and a task that only it fits: the tests share one market, so
 * each host has an amount of memory of its own.
 */
record Containers(Tenant owner, String minerId, JsonNode task) {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int KINDS = 1_000_000;
    private static int hosts;

    static Containers on(Tenant owner, String minerId) {
        return on(owner, minerId, Map.of());
    }

    static synchronized Containers on(Tenant owner, String minerId, Map<String, ?> more) {
        int kind = ++hosts;
        host(owner, minerId, kind, Map.of());
        var request = new HashMap<String, Object>(Map.of(
                "name", "sample", "image", "ubuntu:latest", "replicas", 1, "price", "2", "requirements", needs(kind)));
        request.putAll(more);
        if (more.containsKey("metered")) {
            request.remove("price");
        }
        JsonNode created =
                owner.buyer().post("/tasks", request).expect(201).body().get("task");
        var placed = new Containers(owner, minerId, created);
        Await.until(
                "a place for the task", SOON, () -> placed.look().at("/nodes/0").isObject());
        return new Containers(owner, minerId, placed.look());
    }

    /** A group of two hosts whose addresses for each other are their names; the task is on them. */
    static synchronized Containers pair(Tenant owner, String name, Map<String, ?> more) {
        int kind = ++hosts;
        for (String host : List.of(name + "-a", name + "-b")) {
            host(owner, host, kind, Map.of("p2p_address", host, "location", Map.of("latitude", 1, "longitude", 2.5)));
        }
        var request = new HashMap<String, Object>(Map.of(
                "name",
                "pair",
                "image",
                "ubuntu:latest",
                "price",
                "2",
                "requirements",
                needs(kind),
                "cmd",
                List.of("${GROUP_INDEX}", "${GROUP_SIZE}", "${NEXT_P2P_ADDRESS}", "${GROUP_ID}"),
                "scheduling_config",
                Map.of(
                        "plugins",
                        Map.of(
                                "node_groups",
                                Map.of("min_group_size", List.of("2"), "max_group_size", List.of("2"))))));
        request.putAll(more);
        JsonNode created =
                owner.buyer().post("/tasks", request).expect(201).body().get("task");
        var placed = new Containers(owner, name + "-a", created);
        Await.until(
                "places for the group", SOON, () -> placed.look().at("/nodes/1").isObject());
        return new Containers(owner, name + "-a", placed.look());
    }

    /** Machines of one kind fit a task for it, and those of no other do, made before or after. */
    private static String needs(int kind) {
        return "ram_mb=" + (KINDS + kind) + ";storage_gb=" + (KINDS - kind);
    }

    private static void host(Tenant owner, String minerId, int kind, Map<String, ?> more) {
        var capabilities = new HashMap<String, Object>(Map.of(
                "miner_id",
                minerId,
                "mode",
                "cpu",
                "concurrency",
                2,
                "renews",
                true,
                "workloads",
                List.of("container"),
                "limits",
                Map.of("ram_mb", KINDS + kind, "disk_mb", (KINDS - kind) * 1_000L)));
        capabilities.putAll(more);
        owner.miner().post("/v1/miner/register", capabilities).expect(201);
    }

    /** Another host that the task fits. */
    void sameHost(String other) {
        String memory = task.at("/requirements").asText().split("[=;]")[1];
        host(owner, other, Integer.parseInt(memory) - KINDS, Map.of());
    }

    /** As the buyer sees the node. */
    String nodeStatus(String address) {
        return owner.buyer()
                .get("/nodes?limit=200")
                .expect(200)
                .body()
                .get("nodes")
                .valueStream()
                .filter(node -> node.get("address").asText().equals(address))
                .findAny()
                .orElseThrow()
                .get("status")
                .asText();
    }

    /** The group that the task is on. */
    JsonNode group() {
        for (JsonNode group :
                owner.buyer().get("/groups?limit=200").expect(200).body().get("groups")) {
            if (group.get("task_id").equals(task.get("id"))) {
                return group;
            }
        }
        throw new AssertionError("no group of " + task);
    }

    JsonNode look() {
        return owner.buyer()
                .get("/tasks/" + task.get("id").asText())
                .expect(200)
                .body()
                .get("task");
    }

    void report(JsonNode offer, String state, @Nullable Long generation) {
        var container = new HashMap<String, Object>(Map.of("state", state));
        if (generation != null) {
            container.put("generation", generation);
        }
        owner.miner()
                .post(
                        "/v1/miner/progress",
                        Map.of("id", offer.get("id"), "lease", offer.get("lease"), "container", container))
                .expect(200);
    }

    /** The directives of a heartbeat that lists the offered job. */
    JsonNode beat(JsonNode offer) {
        return beat(offer, Map.of());
    }

    /** The same, with what its container uses. */
    JsonNode beat(JsonNode offer, Map<String, ?> figures) {
        return owner.miner()
                .post(
                        "/v1/miner/heartbeat",
                        Map.of(
                                "miner_id",
                                minerId,
                                "running",
                                List.of(Map.of(
                                        "id", offer.get("id"), "lease", offer.get("lease"), "container", figures))))
                .expect(200)
                .body()
                .get("directives");
    }

    void await(String state) {
        Await.until(
                "the task to be " + state,
                SOON,
                () -> look().get("state").asText().equals(state));
    }

    /** The end of a container that did its work. */
    Api.Answer prove(JsonNode offer) {
        String output = "{\"exit_code\":0}";
        return owner.miner()
                .post(
                        "/v1/miner/proof",
                        Map.of(
                                "id",
                                offer.get("id"),
                                "lease",
                                offer.get("lease"),
                                "output",
                                output,
                                "output_sha",
                                Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)),
                                "metrics",
                                Map.of("wall_ms", 5)));
    }
}
