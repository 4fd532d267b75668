package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.meter.MeterFacade;
import io.pithead.coordinator.meter.core.Rate;
import io.pithead.coordinator.task.core.FileNames;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.coordinator.task.core.Topology;
import io.pithead.coordinator.task.core.Variables;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.GroupConfiguration;
import io.pithead.protocol.task.Metering;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskView.Wanted;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a task can be run at all, as a whole and by name. */
final class TaskChecks {
    /** Stands for the ids that a task gets later: they are all as long. */
    private static final UUID NOBODY = new UUID(0, 0);

    /** The longest that a place in a group can read. */
    private static final ContainerPlan.Place SOMEWHERE = new ContainerPlan.Place(
            NOBODY, GroupConfiguration.MAX_SIZE, GroupConfiguration.MAX_SIZE, NOBODY.toString());

    private static final int MAX_NAMED = 10;
    /** What is stored still sums up. */
    private static final BigInteger MAX_PER_HOUR = BigInteger.TEN.pow(Money.MAX_DIGITS);

    private static final String NEWEST_TASK = "newest_task";

    private TaskChecks() {}

    /** Refuses what no node will ever make good, and names every wrong member; what the task says of groups. */
    static Optional<GroupRequest> check(TaskRequest request, TaskConfig config, MeterFacade meters) {
        var problems = new TreeMap<String, Object>();
        if (request.requirements() != null) {
            try {
                Requirements.parse(request.requirements());
            } catch (IllegalArgumentException e) {
                problems.put("/requirements", String.valueOf(e.getMessage()));
            }
        }
        if (request.deadline() != null && !request.deadline().isAfter(Instant.now())) {
            problems.put("/deadline", "must be in the future");
        }
        if (request.schedulingConfig() != null && request.schedulingConfig().plugins() != null) {
            request.schedulingConfig().plugins().keySet().stream()
                    .filter(plugin -> !NEWEST_TASK.equals(plugin) && !GroupRequest.PLUGIN.equals(plugin))
                    .forEach(plugin ->
                            problems.put("/scheduling_config/plugins/" + plugin, "is not a plugin of this release"));
        }
        checkMetered(request, meters, problems);
        Optional<GroupRequest> groups = GroupRequest.of(request.schedulingConfig(), problems::put);
        groups.ifPresent(asked -> checkTopologies(asked, config, problems));
        boolean inGroup = GroupRequest.isIn(request.schedulingConfig());
        checkVariables(request, inGroup, problems);
        String template =
                request.storageConfig() == null ? null : request.storageConfig().fileNameTemplate();
        if (template != null) {
            FileNames.problem(template, inGroup)
                    .ifPresent(wrong -> problems.put("/storage_config/file_name_template", wrong));
        }
        if (problems.isEmpty()) {
            try {
                ContainerPlan.of(
                        new TaskRow(NOBODY, NOBODY, "", Wanted.RUN, null, BigInteger.ZERO, request),
                        NOBODY,
                        groups.isPresent() ? SOMEWHERE : null,
                        1,
                        Instant.now());
            } catch (IllegalArgumentException e) {
                problems.put("/volume_mounts", "are not plain paths once the variables have their values");
            }
        }
        if (!problems.isEmpty()) {
            throw new CoordinatorException(ErrorCode.INVALID_PAYLOAD, "The task cannot be run as it is.", problems);
        }
        return groups;
    }

    /** What is priced must be asked for: nothing is paid by a figure that only a miner knows. */
    private static void checkMetered(TaskRequest request, MeterFacade meters, Map<String, Object> problems) {
        Metering metered = request.metered();
        if (metered == null) {
            return;
        }
        Resources asked = request.resources() == null ? Resources.NONE : request.resources();
        priced(problems, "cpu_second", metered.cpuSecond(), "cpus", asked.cpus() != null);
        priced(problems, "gpu_second", metered.gpuSecond(), "gpus", asked.gpus() != null && asked.gpus() > 0);
        priced(problems, "ram_gb_hour", metered.ramGbHour(), "ram_mb", asked.ramMb() != null);
        Rate rate = Rate.of(metered, asked);
        if (problems.isEmpty() && rate.runPerHour().signum() == 0) {
            problems.put("/metered", "must cost something in an hour");
        }
        if (rate.runPerHour().compareTo(MAX_PER_HOUR) > 0) {
            problems.put("/metered", "must not cost more than " + Money.format(MAX_PER_HOUR) + " in an hour");
        }
        if (metered.budget() != null && Money.parse(metered.budget()).compareTo(meters.ahead(rate)) < 0) {
            problems.put("/metered/budget", "must cover two slices of one node: " + Money.format(meters.ahead(rate)));
        }
    }

    private static void priced(
            Map<String, Object> problems, String price, @Nullable String given, String resource, boolean asked) {
        if (given != null && !asked) {
            problems.put("/metered/" + price, "needs resources." + resource + ": that is what is paid for");
        }
    }

    private static void checkTopologies(GroupRequest asked, TaskConfig config, Map<String, Object> problems) {
        List<String> known =
                config.topologies().stream().map(Topology::name).sorted().toList();
        String unknown = asked.allowed().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .limit(MAX_NAMED)
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            problems.put(
                    "/scheduling_config/plugins/node_groups/allowed_topologies",
                    "are not topologies here: " + unknown + "; known are " + known);
        }
    }

    private static void checkVariables(TaskRequest request, boolean inGroup, Map<String, Object> problems) {
        String groups = Stream.concat(texts(request), paths(request))
                .flatMap(Variables::needingGroup)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        if (!inGroup && !groups.isEmpty()) {
            problems.put("/", "these variables have values in node groups only: " + groups);
        }
        if (paths(request).flatMap(Variables::needingGroup).anyMatch(Variables.NEXT_P2P_ADDRESS::equals)) {
            problems.put("/volume_mounts", "must not have " + Variables.NEXT_P2P_ADDRESS + ": another node chooses it");
        }
    }

    private static Stream<String> texts(TaskRequest request) {
        return Stream.of(
                        request.cmd() == null ? Stream.<String>empty() : request.cmd().stream(),
                        request.entrypoint() == null ? Stream.<String>empty() : request.entrypoint().stream(),
                        request.envVars() == null ? Stream.<String>empty() : request.envVars().values().stream())
                .flatMap(texts -> texts);
    }

    private static Stream<String> paths(TaskRequest request) {
        return request.volumeMounts() == null
                ? Stream.empty()
                : request.volumeMounts().stream().flatMap(mount -> Stream.of(mount.hostPath(), mount.containerPath()));
    }
}
