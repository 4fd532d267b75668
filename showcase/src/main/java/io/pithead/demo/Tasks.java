package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The container tasks of the story: the Prime README's, which runs until it is stopped, and one that ends and is paid. */
final class Tasks {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final long PAUSE_MILLIS = 300;
    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "STOPPED");
    private static final String SAMPLE = "sample";

    private final Rest open;
    private final Rest buyer;
    private final PrintStream out;

    /** @param open plain HTTP without a key, as the README's curl lines go */
    Tasks(Rest open, Rest buyer, PrintStream out) {
        this.open = open;
        this.buyer = buyer;
        this.out = out;
    }

    /** @return the id of the README's task, which goes on running */
    String sample(String http) throws IOException, InterruptedException, DemoException {
        String id = running();
        if (id.isEmpty()) {
            out.println("  curl -X POST " + http + "/tasks -H \"Content-Type: application/json\""
                    + " -d '{\"name\":\"sample\",\"image\":\"" + Engine.IMAGE + "\"}'");
            id = open.post("/tasks", Map.of("name", SAMPLE, "image", Engine.IMAGE))
                    .at("/task/id")
                    .asText();
        }
        await(id, Set.of("RUNNING"));
        out.println("  curl -X GET " + http + "/nodes");
        out.println("  >>> " + open.get("/nodes"));
        for (String line : Engine.running(id)) {
            out.println("  docker ps  " + line);
        }
        return id;
    }

    /** A second start finds the task of the first. */
    private String running() throws IOException, InterruptedException, DemoException {
        for (JsonNode task : open.get("/tasks?limit=200").path("tasks")) {
            if (SAMPLE.equals(task.path("name").asText())
                    && !ENDED.contains(task.path("state").asText())) {
                return task.path("id").asText();
            }
        }
        return "";
    }

    /** @return the job of a container that has ended and is paid */
    String count() throws IOException, InterruptedException, DemoException {
        String script = "for i in 1 2 3; do echo \"line $i from node $NODE_ADDRESS\"; sleep 1; done";
        String id = buyer.post(
                        "/tasks",
                        Map.of(
                                "name",
                                "count",
                                "image",
                                Engine.IMAGE,
                                "replicas",
                                1,
                                "cmd",
                                List.of("sh", "-c", script),
                                "env_vars",
                                Map.of("NODE_ADDRESS", "${NODE_ADDRESS}")))
                .at("/task/id")
                .asText();
        out.println("  submitted  " + id + "  container count");
        JsonNode task = await(id, ENDED);
        String job = task.at("/nodes/0/job").asText();
        if (!"COMPLETED".equals(task.path("state").asText())) {
            throw new DemoException(
                    "the container task ended as " + task.path("state").asText() + ": "
                            + task.at("/nodes/0/reason").asText());
        }
        for (String line : buyer.text("/v1/jobs/" + job + "/logs?view=clean").split("\\R")) {
            out.println("  | " + line);
        }
        return job;
    }

    void stop(String id) throws IOException, InterruptedException, DemoException {
        open.post("/tasks/" + id + "/stop", Map.of());
        await(id, ENDED);
        out.println("  the sample task is stopped");
    }

    /** Prints each change until the task is in one of these states, or has ended. */
    private JsonNode await(String id, Set<String> states) throws IOException, InterruptedException, DemoException {
        Instant deadline = Instant.now().plus(LIMIT);
        String shown = "";
        while (true) {
            JsonNode task = buyer.get("/tasks/" + id).path("task");
            String state = task.path("state").asText();
            String line = state.toLowerCase(java.util.Locale.ROOT) + "  " + id + "  "
                    + task.path("name").asText()
                    + (task.hasNonNull("reason") ? "  " + task.path("reason").asText() : "");
            if (!line.equals(shown)) {
                out.println("  " + line);
                shown = line;
            }
            if (states.contains(state)) {
                return task;
            }
            if (ENDED.contains(state) || Instant.now().isAfter(deadline)) {
                throw new DemoException("the task " + id + " is " + state + ": " + task);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
