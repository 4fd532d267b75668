package io.pithead.coordinator.task;

import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.JobConfig;
import io.pithead.coordinator.meter.MeterDesk;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.node.core.Pace;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.coordinator.task.core.GroupChange;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.testing.Sinks;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskView;
import io.pithead.testing.Scratch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The real classes of this component, wired as the container does. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
final class TaskDesk {
    final Scene scene;
    final TaskFacade facade = new TaskFacade();
    final TaskRounds rounds = new TaskRounds();
    final TaskLink link = new TaskLink();
    final TaskSecrets secrets = new TaskSecrets();
    final NodeViews nodes = new NodeViews();
    final GroupFacade groups = new GroupFacade();
    final MeterDesk meters;
    final ContainerMetricsFacade metrics = new ContainerMetricsFacade();
    final SnapshotFacade snapshots = new SnapshotFacade();
    final TaskFileFacade files = new TaskFileFacade();
    final TaskRetention retention = new TaskRetention();
    final TaskGauges gauges = new TaskGauges();
    /** What was told of groups, oldest first. */
    final List<GroupChange> news = new ArrayList<>();

    TaskDesk() {
        this(Duration.ZERO);
    }

    /** What is paid is locked for so long. */
    TaskDesk(Duration lock) {
        var changes = new TaskChanges();
        link.changes = changes;
        scene = new Scene(lock, link);
        meters = new MeterDesk(scene);
        link.meters = meters.facade;
        var config = new TaskConfig();
        Map<String, String> settings = Map.of(
                "pithead.data.dir",
                temporary(),
                "pithead.task.topologies",
                "[{\"name\":\"pair\",\"min_group_size\":2,\"max_group_size\":2},"
                        + "{\"name\":\"some\",\"min_group_size\":1,\"max_group_size\":3},"
                        + "{\"name\":\"big\",\"min_group_size\":1,\"max_group_size\":2,\"compute_requirements\":\"ram_mb=9000\"}]");
        config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        var fleet = new NodeFacade() {
            @Override
            public Pace pace() {
                return Pace.of(1, 1_000, Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(30));
            }
        };
        secrets.config = config;
        metrics.database = scene.database;
        snapshots.database = scene.database;
        snapshots.config = config;
        snapshots.artifacts = new ArtifactFacade();
        files.database = scene.database;
        files.config = config;
        files.artifacts = snapshots.artifacts;
        files.tasks = facade;
        gauges.database = scene.database;
        gauges.metrics = new Metrics();
        gauges.nodes = fleet;
        gauges.register();
        retention.database = scene.database;
        retention.config = new JobConfig();
        nodes.database = scene.database;
        nodes.nodes = fleet;
        rounds.database = scene.database;
        rounds.jobs = scene.jobs.facade();
        rounds.jobConfig = new JobConfig();
        rounds.nodes = fleet;
        rounds.runs = scene.jobs.runs();
        rounds.config = config;
        rounds.meters = meters.facade;
        rounds.changes = changes;
        rounds.news = new GroupNews();
        rounds.news.sinks = new Sinks<GroupSink>(List.of((connection, told) -> news.addAll(told)));
        rounds.placer = rounds.placer();
        facade.database = scene.database;
        facade.ledger = scene.ledger;
        facade.jobConfig = new JobConfig();
        facade.config = config;
        facade.secrets = secrets;
        facade.rounds = rounds;
        facade.nodes = fleet;
        facade.meters = meters.facade;
        facade.runs = scene.jobs.runs();
        groups.database = scene.database;
        groups.config = config;
        groups.rounds = rounds;
        groups.audit = new Audit();
    }

    private static String temporary() {
        return Scratch.folder("pithead-tasks").toString();
    }

    /** A machine that is online and runs containers. */
    Machine host() {
        Machine machine = scene.machine();
        scene.rows.update(
                "update node set capabilities = '{\"miner_id\":\"m\",\"mode\":\"cpu\",\"concurrency\":4,\"renews\":true,\"workloads\":[\"container\"],"
                        + "\"limits\":{\"ram_mb\":8000,\"disk_mb\":50000},\"hardware\":{\"cpu\":{\"cores\":4}}}' where id = ?",
                machine.node());
        online(machine);
        return machine;
    }

    /** The same, at a place and with an address of its own for the others of its group. */
    Machine host(double latitude, double longitude, String p2pAddress) {
        Machine machine = host();
        scene.rows.update(
                "update node set updated_at = now(), capabilities = (capabilities::jsonb || ?::jsonb)::json where id = ?",
                "{\"location\":{\"latitude\":" + latitude + ",\"longitude\":" + longitude + "},\"p2p_address\":\""
                        + p2pAddress + "\"}",
                machine.node());
        return machine;
    }

    /** A node is away and its lease has run out: another one gets its place. */
    void lose(Machine machine, UUID job) {
        away(machine);
        scene.rows.update("update job set state = 'QUEUED', lease_expires_at = null where id = ?", job);
        sweep();
        sweep();
    }

    void online(Machine machine) {
        scene.rows.update(
                "insert into node_liveness (node_id, last_seen_at) values (?, now())"
                        + " on conflict (node_id) do update set last_seen_at = now()",
                machine.node());
    }

    void away(Machine machine) {
        scene.rows.update(
                "update node_liveness set last_seen_at = now() - interval '1 hour' where node_id = ?", machine.node());
    }

    /** A request as JSON with single quotes. */
    static TaskRequest request(String json) {
        try {
            return Json.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), TaskRequest.class);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }

    TaskView create(UUID buyer, String json) {
        TaskView task = facade.create(buyer, "buyer:test", request(json), (connection, created) -> {});
        return facade.get(buyer, task.id());
    }

    void report(UUID job, ContainerState state, @Nullable Long generation) {
        var report = new ContainerReport(state, generation, null, null, null, null, null, null, null, null);
        scene.database.doInTransaction(connection -> link.reported(connection, Map.of(job, report)));
        sweep();
    }

    /** As the reaper does it. */
    void loseLease(UUID job) {
        scene.rows.update(
                "update job set state = 'QUEUED', lease_expires_at = null, last_seq = last_seq + 1 where id = ?", job);
        scene.rows.event(job, scene.rows.number("select last_seq from job where id = ?", job), "QUEUED");
    }

    List<Directive> directives(Machine machine) {
        return scene.database
                .inTransaction(connection -> link.directives(connection, List.of(machine.node())))
                .getOrDefault(machine.node(), List.of());
    }

    /** As if every pause were over. */
    void sweep() {
        scene.rows.update("update task set place_at = now() - interval '1 ms' where place_at < 'infinity'");
        rounds.sweep();
    }
}
