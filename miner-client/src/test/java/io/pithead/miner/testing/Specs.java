package io.pithead.miner.testing;

import io.pithead.protocol.id.Ids;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.Port;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.RestartPolicy;
import io.pithead.protocol.task.VolumeMount;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Containers as a coordinator would describe them, piece by piece. */
public final class Specs {
    public static final String BASE = "busybox:base";

    private UUID task = Ids.next(Instant.now());
    private UUID buyer = Ids.next(Instant.now());
    private String image = BASE;
    private PullPolicy pull = PullPolicy.IF_NOT_PRESENT;
    private List<String> cmd = List.of();
    private final Map<String, String> env = new HashMap<>();
    private List<VolumeMount> mounts = List.of();
    private List<Port> ports = List.of();
    private Resources resources = Resources.NONE;
    private RestartPolicy restart = RestartPolicy.NEVER;
    private @Nullable ContainerSecrets secrets;

    private Specs() {}

    public static Specs shell(String script) {
        var specs = new Specs();
        specs.cmd = List.of("/bin/sh", "-c", script);
        return specs;
    }

    public static Specs image(String image) {
        var specs = new Specs();
        specs.image = image;
        return specs;
    }

    public Specs cmd(String... words) {
        cmd = List.of(words);
        return this;
    }

    public Specs task(UUID same, UUID sameBuyer) {
        task = same;
        buyer = sameBuyer;
        return this;
    }

    public Specs from(String other) {
        image = other;
        return this;
    }

    public Specs pull(PullPolicy policy) {
        pull = policy;
        return this;
    }

    public Specs env(String name, String value) {
        env.put(name, value);
        return this;
    }

    public Specs mounts(VolumeMount... all) {
        mounts = List.of(all);
        return this;
    }

    public Specs ports(Port... all) {
        ports = List.of(all);
        return this;
    }

    public Specs resources(Resources asked) {
        resources = asked;
        return this;
    }

    public Specs restart(RestartPolicy policy) {
        restart = policy;
        return this;
    }

    public Specs secrets(ContainerSecrets given) {
        secrets = given;
        return this;
    }

    public ContainerSpec spec() {
        return new ContainerSpec(
                task, buyer, "test", image, pull, List.of(), cmd, env, Map.of(), mounts, ports, resources, restart,
                secrets);
    }
}
