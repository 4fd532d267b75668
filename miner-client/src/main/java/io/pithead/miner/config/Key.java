package io.pithead.miner.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Every setting: its name in the file and the environment, its default, and what it is for. */
public enum Key {
    COORD_URL("", "the coordinator's base URL, https:// unless it is on this machine"),
    WALLET_ADDR("", "payout address shown with this miner; payment goes to the key's account"),
    WALLET_FILE("", "encrypted file of this node's key; default: wallet.json in WORK_DIR"),
    WALLET_PASSWORD_FILE("", "file that holds its password; without it the password is asked for"),
    STAKE_WALLET_FILE("", "encrypted file of the key that holds the stake; default: stake.json in WORK_DIR"),
    STAKE_PASSWORD_FILE("", "file that holds its password; without it the password is asked for"),
    CHAIN_RPC("", "URLs of the chain's nodes, separated by commas; never a flag, because such a URL often holds a key"),
    CHAIN_MAX_FEE_GWEI("200", "most that a transaction offers for each unit of gas"),
    DISCOVERY_URL("", "base URL of the registry in which this node announces itself"),
    DISCOVERY_RUN("", "the run it is there for: CHAIN/NUMBER, CHAIN/ID or ID"),
    ENDPOINT("", "where this node is reached, told to the run's readers alone; up to 254 bytes"),
    API_KEY("", "key of scope miner; never a flag, because every user of a machine can read another's flags"),
    API_KEY_FILE("", "file that holds the key, instead of API_KEY"),
    MINER_ID("$(hostname)", "name of this machine, unique within the account"),
    WORK_DIR("", "folder for jobs, unsent results and unpacked libraries; owned by the miner's user alone"),
    HEARTBEAT_SECS("20", "seconds between heartbeats until the coordinator names its own pace"),
    JOB_POLL_SECS("3", "seconds between polls until the coordinator names its own pace"),
    MAX_CONCURRENCY("1", "jobs that run at the same time"),
    ACCEL_MODE("auto", "auto, gpu or cpu; gpu falls back to cpu where there is none"),
    CA_FILE("", "PEM file with the certificate to trust, for a coordinator whose certificate is self-signed"),
    ALLOW_HTTP("false", "true lets the key travel unencrypted to a coordinator on another machine"),
    REGION("", "region offered to jobs that ask for one"),
    LOCATION("", "where this machine is, latitude and longitude as 52.52,13.40: node groups are formed of neighbours"),
    P2P_ADDRESS("", "where containers here are reached by the others of their node group"),
    PRICE("", "least price in tokens for which this miner takes a job"),
    MAX_RUNTIME_SECS(
            "", "longest that one job may run here; default: an hour, and for containers what their task says"),
    MAX_RAM_MB("", "memory that all jobs together may use, in MiB; default: four fifths of the machine's"),
    JOB_NICE("10", "how far jobs stand back for other programs, 0 to 19"),
    TORCH_NATIVES("", "folder with PyTorch's own libraries (CUDA), instead of the built-in ones for the CPU"),
    TORCH_FLAVOR("cu128", "which build the libraries in TORCH_NATIVES are"),
    WORKLOADS("all", "built-in workloads to offer, such as sha256_chain,torch_bench; all or none"),
    CONTAINERS("auto", "auto runs container tasks when a container engine is there, off never"),
    DOCKER_HOST("unix:///var/run/docker.sock", "where the container engine is, unix:///path or tcp://host:port"),
    DOCKER_TLS_VERIFY("", "1 to speak TLS with the engine; needs DOCKER_CERT_PATH"),
    DOCKER_CERT_PATH("", "folder with ca.pem, cert.pem and key.pem for the engine"),
    CONTAINER_ROOT("image", "as whom containers run: never as root, as the image says, always as root"),
    CONTAINER_PORTS("deny", "allow lets tasks open ports on this machine"),
    CONTAINER_NETWORK("bridge", "bridge is a network of their own, none is no network"),
    CONTAINER_CPUS("", "most processors for one container; default: the machine's, shared by MAX_CONCURRENCY"),
    CONTAINER_RAM_MB("", "most memory for one container, in MiB; default: MAX_RAM_MB shared by MAX_CONCURRENCY"),
    CONTAINER_PIDS("1024", "most processes and threads in one container"),
    CONTAINER_DISK_MB("10240", "most that one container's folders may hold, in MiB"),
    CONTAINER_GPUS("all", "GPUs that containers may have: all, none, or indexes or UUIDs such as 0,2"),
    CONTAINER_GPU_SHARING("deny", "allow gives one GPU to several containers at a time"),
    CONTAINER_IMAGES_MB(
            "51200", "most that the images this miner pulled may take, in MiB; the longest unused go first"),
    SNAPSHOT_SECS("600", "seconds between two copies of a container's /data to the coordinator; 0 makes none"),
    TASK_DATA_HOURS("72", "how long a task's folders stay after its last container here has ended"),
    CHALLENGE_CPUS("", "processors that answer validators' challenges, 0 for none; default: half the machine's"),
    CHALLENGE_RAM_MB(
            "", "most memory that answering a challenge may take, in MiB; default: a quarter of the machine's"),
    CHALLENGE_DISK_MB("1024", "most that a file may have which a challenge asks for, in MiB; 0 writes none"),
    CHALLENGE_NETWORK_MB("128", "most that challenges may have this machine fetch in a day, in MiB; 0 fetches nothing"),
    LOG_LEVEL("info", "error, warning, info or debug");

    private final String defaultText;
    private final String help;

    Key(String defaultText, String help) {
        this.defaultText = defaultText;
        this.help = help;
    }

    public String defaultText() {
        return defaultText;
    }

    public String help() {
        return help;
    }

    /** {@code --coord-url}; empty for a secret. */
    public Optional<String> flag() {
        return this == API_KEY || this == CHAIN_RPC
                ? Optional.empty()
                : Optional.of("--" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    static Optional<Key> named(String name) {
        return Arrays.stream(values()).filter(key -> key.name().equals(name)).findFirst();
    }
}
