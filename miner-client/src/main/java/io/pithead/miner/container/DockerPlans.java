package io.pithead.miner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.protocol.task.Port;
import java.util.List;
import java.util.Map;

/** Puts a plan into the engine's words. */
final class DockerPlans {
    /** The engine's own copy of the output; ours is elsewhere, so the engine need not spend on compressing it. */
    private static final Map<String, String> ENGINE_LOG =
            Map.of("max-size", "16m", "max-file", "2", "compress", "false");
    /** Of all that runs on the machine, the kernel ends a container first. */
    private static final int OOM_SCORE = 500;

    private DockerPlans() {}

    static CreateContainerCmd create(DockerClient client, ContainerPlan plan) {
        CreateContainerCmd command = client.createContainerCmd(plan.imageId())
                .withName(plan.name())
                .withEnv(plan.env())
                .withLabels(plan.labels())
                .withExposedPorts(
                        plan.ports().stream().map(DockerPlans::exposed).toList())
                .withHostConfig(host(plan));
        if (!plan.user().isEmpty()) {
            command.withUser(plan.user());
        }
        if (!plan.entrypoint().isEmpty()) {
            command.withEntrypoint(plan.entrypoint());
        }
        if (!plan.cmd().isEmpty()) {
            command.withCmd(plan.cmd());
        }
        if (!plan.stopSignal().isEmpty()) {
            command.withStopSignal(plan.stopSignal());
        }
        return command;
    }

    private static HostConfig host(ContainerPlan plan) {
        HostConfig host = HostConfig.newHostConfig()
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withReadonlyRootfs(true)
                .withTmpFs(plan.tmpfs())
                .withMounts(plan.mounts().stream().map(DockerPlans::mount).toList())
                .withGroupAdd(List.of(Integer.toString(plan.group())))
                .withMemory(plan.memoryBytes())
                // no more with swap than without
                .withMemorySwap(plan.memoryBytes())
                .withNanoCPUs(plan.nanoCpus())
                .withPidsLimit((long) plan.pids())
                .withShmSize(plan.shmBytes())
                .withOomScoreAdj(OOM_SCORE)
                .withIpcMode("private")
                .withNetworkMode(plan.network() ? DockerJavaEngine.NETWORK : "none")
                .withPortBindings(plan.ports().stream().map(DockerPlans::bound).toList())
                .withLogConfig(new LogConfig(LogConfig.LoggingType.LOCAL, ENGINE_LOG))
                // when it starts again is for the miner to say
                .withRestartPolicy(RestartPolicy.noRestart());
        return plan.gpus().isEmpty() ? host : host.withDeviceRequests(List.of(gpus(plan.gpus())));
    }

    private static DeviceRequest gpus(List<String> ids) {
        return new DeviceRequest().withDriver("nvidia").withDeviceIds(ids).withCapabilities(List.of(List.of("gpu")));
    }

    private static Mount mount(ContainerPlan.Mount mount) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(mount.source())
                .withTarget(mount.target())
                .withReadOnly(mount.readOnly())
                .withBindOptions(new BindOptions().withPropagation(BindPropagation.R_PRIVATE));
    }

    private static ExposedPort exposed(Port port) {
        return port.protocol() == Port.Protocol.UDP
                ? ExposedPort.udp(port.containerPort())
                : ExposedPort.tcp(port.containerPort());
    }

    private static PortBinding bound(Port port) {
        Integer host = port.hostPort();
        return new PortBinding(host == null ? Ports.Binding.empty() : Ports.Binding.bindPort(host), exposed(port));
    }
}
