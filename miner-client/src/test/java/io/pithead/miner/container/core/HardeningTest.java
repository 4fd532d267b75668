package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.container.core.ContainerPlan.Mount;
import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.miner.container.core.OwnerPolicy.RootPolicy;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.Port;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.RestartPolicy;
import io.pithead.protocol.task.VolumeMount;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardeningTest {
    private static final UUID ID = new UUID(1, 2);
    private static final OwnerPolicy OWNER = owner(RootPolicy.NEVER, false, NetworkPolicy.BRIDGE);
    private static final Hardening.Naming NAMING =
            new Hardening.Naming("pithead-x", Map.of("a", "b"), Map.of("PITHEAD_JOB", "j", "NODE", "n"));
    private static final Hardening.Folders FOLDERS =
            new Hardening.Folders("/work/data", "/work/shared", "/work/bridge", name -> "/work/mounts/" + name, 4711);

    private static OwnerPolicy owner(RootPolicy root, boolean ports, NetworkPolicy network) {
        return new OwnerPolicy(root, ports, network, new BigDecimal("2"), 4_096, 512, 10_240);
    }

    private static ImageFacts image(String user, List<String> entrypoint, List<String> cmd, String... volumes) {
        return new ImageFacts("sha256:1", "sha256:2", "linux", "amd64", user, entrypoint, cmd, Set.of(volumes));
    }

    private static ImageFacts image(String user) {
        return image(user, List.of(), List.of("server"));
    }

    private static ContainerSpec spec(Resources resources, List<VolumeMount> mounts, List<Port> ports) {
        return new ContainerSpec(
                ID,
                ID,
                "t",
                "i",
                PullPolicy.ALWAYS,
                List.of(),
                List.of(),
                Map.of("A", "${SOCKET_PATH}"),
                Map.of(),
                mounts,
                ports,
                resources,
                RestartPolicy.NEVER,
                null);
    }

    private static ContainerSpec spec(VolumeMount... mounts) {
        return spec(Resources.NONE, List.of(mounts), List.of());
    }

    private static ContainerPlan plan(ContainerSpec spec, ImageFacts image, OwnerPolicy owner)
            throws Hardening.Refusal {
        return Hardening.plan(spec, Map.of(), image, owner, NAMING, FOLDERS, List.of());
    }

    private static void assertRefused(ContainerSpec spec, OwnerPolicy owner, String code) {
        assertThatThrownBy(() -> plan(spec, image("1000"), owner))
                .isInstanceOfSatisfying(
                        Hardening.Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({
        "'',NOBODY", "0,NOBODY", "0:0,NOBODY", "000,NOBODY", "1000:0,NOBODY", "0:1000,NOBODY", "1000:00,NOBODY",
        "root,NOBODY", "nginx,NOBODY", "1000:root,NOBODY", "root:1000,NOBODY", "-1,NOBODY", "+5,NOBODY", "1e3,NOBODY",
        "1000:,NOBODY", "'1000 ',NOBODY", "99999999999,NOBODY", "1000,1000", "1000:1000,1000:1000", "01000,01000"
    })
    void nobody_is_root_unless_the_owner_says_so(String user, String expected) throws Exception {
        String runs = expected.equals("NOBODY") ? Hardening.NOBODY : expected;
        assertThat(plan(spec(), image(user), OWNER).user()).isEqualTo(runs);
        assertThat(plan(spec(), image(user), owner(RootPolicy.IMAGE, false, NetworkPolicy.NONE))
                        .user())
                .isEqualTo(user);
        assertThat(plan(spec(), image(user), owner(RootPolicy.ALWAYS, false, NetworkPolicy.NONE))
                        .user())
                .isEqualTo("0:0");
    }

    @Test
    void what_is_not_asked_for_is_the_owners_most() throws Exception {
        ContainerPlan plan = plan(spec(), image("1000"), OWNER);
        assertThat(plan.memoryBytes()).isEqualTo(4_096L << 20);
        assertThat(plan.nanoCpus()).isEqualTo(2_000_000_000L);
        assertThat(plan.pids()).isEqualTo(512);
        assertThat(plan.shmBytes()).isEqualTo(64L << 20);
        assertThat(plan.group()).isEqualTo(4711);
        assertThat(plan.network()).isTrue();
        assertThat(plan(spec(), image("1000"), owner(RootPolicy.NEVER, false, NetworkPolicy.NONE))
                        .network())
                .isFalse();
        assertThat(Hardening.diskMb(Resources.NONE, OWNER)).isEqualTo(10_240);
    }

    @Test
    void what_is_asked_for_is_given_up_to_the_owners_most_and_refused_beyond() throws Exception {
        var most = new Resources(new BigDecimal("2.0"), 4_096L, null, null, 4_096L, 512, 10_240L);
        ContainerPlan plan = plan(spec(most, List.of(), List.of()), image("1000"), OWNER);
        assertThat(plan.shmBytes()).isEqualTo(4_096L << 20);
        assertThat(Hardening.diskMb(most, OWNER)).isEqualTo(10_240);
        var less = new Resources(new BigDecimal("0.5"), 32L, null, null, null, 8, 1L);
        ContainerPlan small = plan(spec(less, List.of(), List.of()), image("1000"), OWNER);
        assertThat(small.nanoCpus()).isEqualTo(500_000_000L);
        // shared memory counts as memory: no more of it by default than there is in all
        assertThat(small.shmBytes()).isEqualTo(32L << 20);
        for (Resources more : List.of(
                new Resources(new BigDecimal("2.01"), null, null, null, null, null, null),
                new Resources(null, 4_097L, null, null, null, null, null),
                new Resources(null, 32L, null, null, 33L, null, null),
                new Resources(null, null, null, null, null, 513, null))) {
            assertRefused(spec(more, List.of(), List.of()), OWNER, "RESOURCES_UNAVAILABLE");
        }
        assertThatThrownBy(() -> Hardening.diskMb(new Resources(null, null, null, null, null, null, 10_241L), OWNER))
                .isInstanceOf(Hardening.Refusal.class);
    }

    @Test
    void ports_are_opened_only_where_the_owner_opens_them_and_there_is_a_network() throws Exception {
        var asking = spec(Resources.NONE, List.of(), List.of(new Port(80, null, null)));
        assertRefused(asking, OWNER, "PORTS_DENIED");
        assertRefused(asking, owner(RootPolicy.NEVER, true, NetworkPolicy.NONE), "PORTS_DENIED");
        assertThat(plan(asking, image("1000"), owner(RootPolicy.NEVER, true, NetworkPolicy.BRIDGE))
                        .ports())
                .hasSize(1);
    }

    @Test
    void every_mount_lies_in_the_tasks_own_folder_on_one_level() throws Exception {
        ContainerPlan plan = plan(
                spec(new VolumeMount("/etc/passwd", "/m", true)), image("1000", List.of(), List.of(), "/var/v"), OWNER);
        assertThat(plan.mounts())
                .extracting(Mount::target)
                .containsExactly("/data", "/shared", "/run/pithead", "/m", "/var/v");
        assertThat(plan.mounts()).extracting(Mount::readOnly).containsExactly(false, false, true, true, false);
        assertThat(plan.mounts().subList(3, 5))
                .allSatisfy(mount -> assertThat(mount.source()).matches("/work/mounts/[A-Za-z0-9_-]+"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc",
                "/proc/1",
                "/sys",
                "/sys/fs/cgroup",
                "/dev",
                "/dev/shm",
                "/run/pithead",
                "/run/pithead/x"
            })
    void nothing_is_mounted_over_the_kernels_own_folders_or_the_miners(String target) {
        assertRefused(spec(new VolumeMount("x", target, null)), OWNER, "INVALID_MOUNT");
    }

    @Test
    void what_only_begins_like_one_of_them_may_be_mounted() throws Exception {
        assertThat(plan(spec(new VolumeMount("x", "/process", null)), image("1000"), OWNER)
                        .mounts())
                .hasSize(4);
    }

    @Test
    void two_folders_at_one_place_are_refused_but_the_nodes_own_may_be_replaced() throws Exception {
        assertRefused(spec(new VolumeMount("a", "/m", null), new VolumeMount("b", "/m", null)), OWNER, "INVALID_MOUNT");
        ContainerPlan plan = plan(spec(new VolumeMount("mine", "/data", null)), image("1000"), OWNER);
        assertThat(plan.mounts()).hasSize(3);
        assertThat(plan.mounts().getFirst().source()).startsWith("/work/mounts/mine-");
    }

    @Test
    void temporary_folders_are_bounded_and_make_way_for_mounts() throws Exception {
        assertThat(plan(spec(), image("1000"), OWNER).tmpfs())
                .containsOnlyKeys("/tmp", "/run")
                .containsEntry("/tmp", "rw,nosuid,nodev,mode=1777,size=1024m")
                .containsEntry("/run", "rw,nosuid,nodev,noexec,mode=1777,size=256m");
        var least = new Resources(null, 6L, null, null, null, null, null);
        assertThat(plan(spec(least, List.of(new VolumeMount("x", "/run", null)), List.of()), image("1000"), OWNER)
                        .tmpfs())
                .isEqualTo(Map.of("/tmp", "rw,nosuid,nodev,mode=1777,size=1m"));
    }

    @Test
    void the_environment_is_the_nodes_then_the_buyers_then_its_secrets_but_who_runs_it_stays() throws Exception {
        var spec = new ContainerSpec(
                ID,
                ID,
                "t",
                "i",
                PullPolicy.ALWAYS,
                List.of(),
                List.of("x"),
                Map.of("A", "at ${SOCKET_PATH}", "NODE", "mine", "PITHEAD_JOB", "mine", "TOKEN", "open"),
                Map.of(),
                List.of(),
                List.of(),
                Resources.NONE,
                RestartPolicy.NEVER,
                null);
        ContainerPlan plan = Hardening.plan(
                spec, Map.of("TOKEN", "secret"), image("1000"), OWNER, NAMING, FOLDERS, List.of("GPU-1"));
        assertThat(plan.env())
                .containsExactlyInAnyOrder(
                        "A=at " + Hardening.SOCKET_PATH,
                        "NODE=mine",
                        "PITHEAD_JOB=j",
                        "TOKEN=secret",
                        "NVIDIA_VISIBLE_DEVICES=GPU-1");
        assertThat(plan.gpus()).containsExactly("GPU-1");
        assertThat(plan.labels()).isEqualTo(Map.of("a", "b"));
        assertThat(plan.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "'',true",
        "sh,true",
        "/bin/sh,true",
        "/usr/bin/bash,true",
        "zsh,true",
        "/bin/ash,true",
        "fish,false",
        "/bin/sh -c,false",
        "server,false",
        "/bin/../bin/sh,false",
        "crash,false"
    })
    void an_image_with_nothing_but_a_shell_is_kept_alive(String word, boolean idle) throws Exception {
        var bare = image("1000", List.of(), word.isEmpty() ? List.of() : List.of(word));
        ContainerPlan plan = plan(spec(), bare, OWNER);
        assertThat(plan.cmd()).isEqualTo(idle ? List.of("sleep", "infinity") : List.of());
        assertThat(plan.stopSignal()).isEqualTo(idle ? "SIGKILL" : "");
        assertThat(plan(spec(), image("1000", List.of("entry"), bare.cmd()), OWNER)
                        .cmd())
                .isEmpty();
        assertThat(plan(spec(), image("1000", List.of(), List.of("sh", "-c")), OWNER)
                        .cmd())
                .isEmpty();
    }

    @Test
    void a_folders_name_is_plain_and_tells_paths_apart() {
        assertThat(FolderNames.flat("../../etc/passwd"))
                .matches("[A-Za-z0-9_-]+")
                .startsWith("______etc_passwd-");
        assertThat(FolderNames.flat("a/b")).isNotEqualTo(FolderNames.flat("a_b"));
        assertThat(FolderNames.flat("x".repeat(5_000))).hasSize(73);
        assertThat(FolderNames.flat("a")).isEqualTo(FolderNames.flat("a"));
    }
}
