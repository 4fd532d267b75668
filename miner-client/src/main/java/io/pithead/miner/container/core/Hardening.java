package io.pithead.miner.container.core;

import io.pithead.miner.container.core.ContainerPlan.Mount;
import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.VolumeMount;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Closes a container in: from what the buyer asks for, what the image is and what the owner allows. */
public final class Hardening {
    public static final String SOCKET_PATH = "/run/pithead/miner.sock";
    private static final String BRIDGE = "/run/pithead";
    private static final String SOCKET_VARIABLE = "${SOCKET_PATH}";
    static final String NOBODY = "65534:65534";
    private static final String ROOT = "0:0";
    private static final long MIB = 1024 * 1024;
    private static final long DEFAULT_SHM_MB = 64;
    private static final int TMP_PARTS = 4;
    private static final long MOST_TMP_MB = 1_024;
    private static final BigDecimal NANO = BigDecimal.valueOf(1_000_000_000L);
    private static final Pattern PLAIN_USER = Pattern.compile("0*([1-9][0-9]{0,9})(:0*[1-9][0-9]{0,9})?");
    private static final Pattern SHELL = Pattern.compile("(/[a-z/]+/)?(ba|da|a|z|k)?sh");
    /** The engine's own, and the miner's; a folder over them would hide the kernel's protection, or nothing would start. */
    private static final Set<String> RESERVED = Set.of("/proc", "/sys", "/dev", BRIDGE);

    private Hardening() {}

    /** What the container is called and whose it is. */
    public record Naming(String name, Map<String, String> labels, Map<String, String> env) {}

    /** Where the container's folders lie on this machine. */
    public record Folders(String data, String shared, String bridge, Function<String, String> mount, int group) {}

    /**
     * @param secrets environment that is not part of the spec
     * @param gpus ids of the devices it gets
     */
    public static ContainerPlan plan(
            ContainerSpec spec,
            Map<String, String> secrets,
            ImageFacts image,
            OwnerPolicy owner,
            Naming naming,
            Folders folders,
            List<String> gpus)
            throws Refusal {
        Resources asked = spec.resources();
        long ramMb = within("ram_mb", asked.ramMb(), owner.ramMb());
        List<Mount> mounts = mounts(spec, image, folders);
        boolean idle = isIdle(spec, image);
        if (!spec.ports().isEmpty() && (!owner.ports() || owner.network() == NetworkPolicy.NONE)) {
            throw new Refusal(Problem.passing("PORTS_DENIED", "the owner of this node opens no ports"));
        }
        return new ContainerPlan(
                naming.name(),
                image.id(),
                user(image, owner),
                folders.group(),
                filled(spec.entrypoint()),
                idle ? List.of("sleep", "infinity") : filled(spec.cmd()),
                env(spec, secrets, naming, gpus),
                naming.labels(),
                mounts,
                tmpfs(mounts, ramMb),
                ramMb * MIB,
                cpus(asked, owner).multiply(NANO).longValue(),
                (int) within("pids", asked.pids() == null ? null : (long) asked.pids(), owner.pids()),
                (asked.shmMb() == null ? Math.min(DEFAULT_SHM_MB, ramMb) : within("shm_mb", asked.shmMb(), ramMb))
                        * MIB,
                owner.network() == NetworkPolicy.BRIDGE,
                spec.ports(),
                gpus,
                // the first process of a container hears no signal that it does not handle, and sleep handles none
                idle ? "SIGKILL" : "");
    }

    /** This node cannot, or may not, run the container as it is asked for. */
    public static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        public Refusal(Problem problem) {
            super(problem.message());
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }

    /** How much may lie on the disk. */
    public static long diskMb(Resources asked, OwnerPolicy owner) throws Refusal {
        return within("disk_mb", asked.diskMb(), owner.diskMb());
    }

    private static long within(String what, @org.jspecify.annotations.Nullable Long asked, long most) throws Refusal {
        if (asked != null && asked > most) {
            throw new Refusal(Problem.passing(
                    "RESOURCES_UNAVAILABLE", "this node gives a container " + most + " " + what + ", not " + asked));
        }
        return asked == null ? most : asked;
    }

    private static BigDecimal cpus(Resources asked, OwnerPolicy owner) throws Refusal {
        BigDecimal wanted = Optional.ofNullable(asked.cpus()).orElse(owner.cpus());
        if (wanted.compareTo(owner.cpus()) > 0) {
            throw new Refusal(Problem.passing(
                    "RESOURCES_UNAVAILABLE",
                    "this node gives a container " + owner.cpus().toPlainString() + " cpus, not "
                            + wanted.toPlainString()));
        }
        return wanted;
    }

    /** A name cannot be told from root's without reading the image, so it counts as root's. */
    private static String user(ImageFacts image, OwnerPolicy owner) {
        return switch (owner.root()) {
            case NEVER -> PLAIN_USER.matcher(image.user()).matches() ? image.user() : NOBODY;
            case IMAGE -> image.user();
            case ALWAYS -> ROOT;
        };
    }

    /** Nothing was asked for and the image has nothing to run but a shell that would end at once. */
    static boolean isIdle(ContainerSpec spec, ImageFacts image) {
        return spec.cmd().isEmpty()
                && spec.entrypoint().isEmpty()
                && image.entrypoint().isEmpty()
                && (image.cmd().isEmpty()
                        || (image.cmd().size() == 1
                                && SHELL.matcher(image.cmd().getFirst()).matches()));
    }

    private static List<String> env(ContainerSpec spec, Map<String, String> secrets, Naming naming, List<String> gpus) {
        var all = new TreeMap<>(naming.env());
        all.putAll(spec.env());
        all.putAll(secrets);
        // who runs it is not for the buyer to say
        naming.env().keySet().stream()
                .filter(name -> name.startsWith("PITHEAD_"))
                .forEach(name -> all.put(name, naming.env().get(name)));
        // where NVIDIA's runtime is the engine's default, this variable alone, and an image has it, gives every GPU
        all.put("NVIDIA_VISIBLE_DEVICES", gpus.isEmpty() ? "void" : String.join(",", gpus));
        var lines = new ArrayList<String>();
        all.forEach((name, value) -> lines.add(name + "=" + value.replace(SOCKET_VARIABLE, SOCKET_PATH)));
        return lines;
    }

    private static List<String> filled(List<String> words) {
        return words.stream()
                .map(word -> word.replace(SOCKET_VARIABLE, SOCKET_PATH))
                .toList();
    }

    private static List<Mount> mounts(ContainerSpec spec, ImageFacts image, Folders folders) throws Refusal {
        var byTarget = new LinkedHashMap<String, Mount>();
        byTarget.put("/data", new Mount(folders.data(), "/data", false));
        byTarget.put("/shared", new Mount(folders.shared(), "/shared", false));
        byTarget.put(BRIDGE, new Mount(folders.bridge(), BRIDGE, true));
        for (VolumeMount wanted : spec.mounts()) {
            String target = wanted.containerPath();
            if (RESERVED.stream().anyMatch(path -> target.equals(path) || target.startsWith(path + "/"))) {
                throw new Refusal(Problem.fatal("INVALID_MOUNT", "nothing can be mounted at " + target));
            }
            String source = folders.mount().apply(FolderNames.flat(wanted.hostPath()));
            var mount = new Mount(source, target, Boolean.TRUE.equals(wanted.readOnly()));
            Mount earlier = byTarget.put(target, mount);
            if (earlier != null
                    && !earlier.source().equals(folders.data())
                    && !earlier.source().equals(folders.shared())) {
                throw new Refusal(Problem.fatal("INVALID_MOUNT", "two folders are mounted at " + target));
            }
        }
        // left alone, the engine makes a volume of its own for each, which nobody counts
        for (String volume : new TreeSet<>(image.volumes())) {
            byTarget.computeIfAbsent(
                    volume, path -> new Mount(folders.mount().apply(FolderNames.flat("image" + path)), path, false));
        }
        return List.copyOf(byTarget.values());
    }

    private static Map<String, String> tmpfs(List<Mount> mounts, long ramMb) {
        var tmpfs = new TreeMap<String, String>();
        long tmpMb = Math.clamp(ramMb / TMP_PARTS, 1, MOST_TMP_MB);
        tmpfs.put("/tmp", "rw,nosuid,nodev,mode=1777,size=" + tmpMb + "m");
        tmpfs.put("/run", "rw,nosuid,nodev,noexec,mode=1777,size=" + Math.clamp(tmpMb / TMP_PARTS, 1, tmpMb) + "m");
        mounts.forEach(mount -> tmpfs.remove(mount.target()));
        return tmpfs;
    }
}
