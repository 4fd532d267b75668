package io.pithead.miner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.Location;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.run.RunIds;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
    @TempDir
    private Path temp;

    private final Map<Key, String> flags = new EnumMap<>(Key.class);

    @BeforeEach
    void theLeast() {
        flags.put(Key.COORD_URL, "https://coordinator.example.net");
        flags.put(Key.API_KEY, "some-key");
    }

    private Settings settings(Map<String, String> environment, String file) throws IOException {
        Path conf = Files.writeString(temp.resolve("miner.conf"), file);
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-------"));
        return Settings.gather(flags, environment, Optional.of(conf), "host-1");
    }

    private MinerConfig read() throws Exception {
        return new ConfigReader(settings(Map.of(), ""), temp).miner();
    }

    private List<String> problems() throws IOException {
        var reader = new ConfigReader(settings(Map.of(), ""), temp);
        return catchThrowableOfType(ConfigException.class, reader::miner).problems();
    }

    private void set(Key key, String value) {
        flags.put(key, value);
    }

    @Test
    void a_place_and_an_address_are_what_the_coordinator_takes() throws Exception {
        set(Key.LOCATION, " 52.52, 13.40");
        set(Key.P2P_ADDRESS, "/ip4/10.0.0.1/tcp/4002");
        assertThat(read().location()).contains(new Location(new BigDecimal("52.52"), new BigDecimal("13.40")));
        assertThat(read().p2pAddress()).contains("/ip4/10.0.0.1/tcp/4002");
        set(Key.P2P_ADDRESS, "$(id)");
        for (String wrong : List.of("52.52", "91,0", "0,181", "here,there", "1,2,3")) {
            set(Key.LOCATION, wrong);
            assertThat(problems()).hasSize(2).anyMatch(problem -> problem.contains("LOCATION"));
        }
    }

    @Test
    void the_least_settings_give_the_defaults() throws Exception {
        MinerConfig config = read();
        assertThat(config.minerId()).isEqualTo("host-1");
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.poll()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.concurrency()).isEqualTo(1);
        assertThat(config.accel()).isEqualTo(AccelMode.AUTO);
        assertThat(config.maxRuntime()).isEqualTo(Duration.ofHours(1));
        assertThat(config.jobNice()).isEqualTo(10);
        assertThat(config.workDir()).isEqualTo(temp.resolve(".local/state/pithead-miner"));
        assertThat(config.wallet()).isEmpty();
        assertThat(config.torch()).isEqualTo(new TorchConfig(Optional.empty(), "cu128"));
        assertThat(config.logLevel()).isEqualTo(System.Logger.Level.INFO);
    }

    @Test
    void a_flag_wins_over_the_environment_which_wins_over_the_file() throws Exception {
        set(Key.MINER_ID, "by-flag");
        var settings = settings(
                Map.of("MINER_ID", "by-env", "JOB_POLL_SECS", "7"),
                "MINER_ID=by-file\nJOB_POLL_SECS=8\nHEARTBEAT_SECS=9\n");
        MinerConfig config = new ConfigReader(settings, temp).miner();
        assertThat(config.minerId()).isEqualTo("by-flag");
        assertThat(config.poll()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void an_environment_file_that_systemd_passed_on_unexpanded_is_understood() throws Exception {
        var settings = settings(Map.of("MINER_ID", "$(hostname)-gpu0"), "");
        assertThat(new ConfigReader(settings, temp).miner().minerId()).isEqualTo("host-1-gpu0");
    }

    @Test
    void unknown_settings_warn_and_near_misses_are_recognised() throws Exception {
        var settings = settings(Map.of(), "COORD_ULR=x\nFOO=1\n");
        assertThat(settings.warnings())
                .containsExactly("unknown setting COORD_ULR, did you mean COORD_URL?", "unknown setting FOO");
    }

    @Test
    void a_readable_file_with_a_key_in_it_warns() throws Exception {
        Path conf = Files.writeString(temp.resolve("open.conf"), "API_KEY=k\n");
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r--r--"));
        var settings = Settings.gather(flags, Map.of(), Optional.of(conf), "h");
        assertThat(settings.warnings()).singleElement().asString().contains("chmod 600");
    }

    @Test
    void every_problem_is_reported_at_once() throws Exception {
        set(Key.COORD_URL, "ftp://x");
        set(Key.API_KEY, "has blanks");
        set(Key.MINER_ID, "../x");
        set(Key.HEARTBEAT_SECS, "0");
        set(Key.JOB_POLL_SECS, "soon");
        set(Key.MAX_CONCURRENCY, "100000");
        set(Key.ACCEL_MODE, "tpu");
        set(Key.WORK_DIR, "relative");
        set(Key.PRICE, "-1");
        set(Key.CA_FILE, "/nonexistent.pem");
        set(Key.LOG_LEVEL, "loud");
        set(Key.ALLOW_HTTP, "perhaps");
        set(Key.TORCH_FLAVOR, "rocm");
        set(Key.JOB_NICE, "-5");
        set(Key.MAX_RAM_MB, "lots");
        set(Key.MAX_RUNTIME_SECS, "99999999");
        set(Key.WORKLOADS, "sha256_chain,,rm -rf");
        assertThat(problems())
                .extracting(problem -> problem.split(" ", 2)[0])
                .containsExactlyInAnyOrder(
                        "COORD_URL",
                        "API_KEY",
                        "MINER_ID",
                        "HEARTBEAT_SECS",
                        "JOB_POLL_SECS",
                        "MAX_CONCURRENCY",
                        "ACCEL_MODE",
                        "WORK_DIR",
                        "PRICE",
                        "CA_FILE",
                        "LOG_LEVEL",
                        "TORCH_FLAVOR",
                        "JOB_NICE",
                        "MAX_RAM_MB",
                        "MAX_RUNTIME_SECS",
                        "WORKLOADS");
    }

    @Test
    void an_owner_chooses_among_the_workloads() throws Exception {
        assertThat(read().workloads().has("torch_bench")).isTrue();
        set(Key.WORKLOADS, "sha256_chain, llm");
        WorkloadChoice some = read().workloads();
        assertThat(some.has("sha256_chain")).isTrue();
        assertThat(some.has("torch_bench")).isFalse();
        assertThat(some.unknown(List.of("sha256_chain", "torch_bench"))).containsExactly("llm");
        set(Key.WORKLOADS, "none");
        assertThat(read().workloads().has("sha256_chain")).isFalse();
        assertThat(read().workloads().unknown(List.of())).isEmpty();
    }

    @Test
    void containers_are_bound_by_the_longest_run_only_when_the_owner_said_it() throws Exception {
        assertThat(read().containers().maxRuntime()).isEmpty();
        set(Key.MAX_RUNTIME_SECS, "60");
        assertThat(read().containers().maxRuntime()).contains(Duration.ofSeconds(60));
        assertThat(read().maxRuntime()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void the_gpus_of_containers_are_all_or_none_or_named() throws Exception {
        assertThat(read().containers().gpus()).isEmpty();
        set(Key.CONTAINER_GPUS, "none");
        assertThat(read().containers().gpus()).contains(Set.of());
        set(Key.CONTAINER_GPUS, "0, GPU-8f3a");
        assertThat(read().containers().gpus()).contains(Set.of("0", "GPU-8f3a"));
        set(Key.CONTAINER_GPUS, "all,--privileged");
        assertThat(problems()).singleElement().asString().startsWith("CONTAINER_GPUS must be");
    }

    @Test
    void challenges_take_a_share_of_the_machine_unless_the_owner_says_how_much() throws Exception {
        assertThat(read().challenges())
                .isEqualTo(new ChallengeConfig(OptionalInt.empty(), OptionalLong.empty(), 1_024, 128));
        set(Key.CHALLENGE_CPUS, "0");
        set(Key.CHALLENGE_RAM_MB, "2048");
        set(Key.CHALLENGE_DISK_MB, "0");
        set(Key.CHALLENGE_NETWORK_MB, "0");
        assertThat(read().challenges()).isEqualTo(new ChallengeConfig(OptionalInt.of(0), OptionalLong.of(2_048), 0, 0));
        set(Key.CHALLENGE_CPUS, "-1");
        set(Key.CHALLENGE_RAM_MB, "0");
        set(Key.CHALLENGE_DISK_MB, "65537");
        assertThat(problems())
                .hasSize(3)
                .anyMatch(problem -> problem.startsWith("CHALLENGE_DISK_MB must be"))
                .anyMatch(problem -> problem.startsWith("CHALLENGE_CPUS must be"))
                .anyMatch(problem -> problem.startsWith("CHALLENGE_RAM_MB must be"));
    }

    @Test
    void http_is_for_this_machine_unless_allowed() throws Exception {
        for (String local : List.of("http://127.0.0.1:8090", "http://localhost:8090/", "http://[::1]:8090")) {
            set(Key.COORD_URL, local);
            assertThat(read().coordinator().url().toString()).doesNotEndWith("/");
        }
        for (String remote :
                List.of("http://coordinator.example.net", "http://localhost.example.net", "http://10.0.0.1")) {
            set(Key.COORD_URL, remote);
            assertThat(problems()).singleElement().asString().contains("ALLOW_HTTP");
        }
        set(Key.ALLOW_HTTP, "true");
        assertThat(read().coordinator().url().getHost()).isEqualTo("10.0.0.1");
    }

    @Test
    void a_mistyped_key_and_a_key_of_another_scope_are_told_apart() throws Exception {
        var random = new SecureRandom();
        String good = ApiKey.generate(Scope.MINER, random).text();
        set(Key.API_KEY, good);
        assertThat(read().apiKey().text()).isEqualTo(good);
        set(Key.API_KEY, good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0"));
        assertThat(problems()).containsExactly("API_KEY is mistyped: its check digits are wrong");
        set(Key.API_KEY, ApiKey.generate(Scope.BUYER, random).text());
        assertThat(problems()).containsExactly("API_KEY has the scope buyer, not miner");
    }

    @Test
    void a_key_may_lie_in_a_file_of_its_own() throws Exception {
        flags.remove(Key.API_KEY);
        set(
                Key.API_KEY_FILE,
                Files.writeString(temp.resolve("key"), "from-file\n").toString());
        assertThat(read().apiKey().text()).isEqualTo("from-file");
        set(Key.API_KEY, "both");
        assertThat(problems()).singleElement().asString().contains("keep one");
        flags.remove(Key.API_KEY);
        set(Key.API_KEY_FILE, temp.resolve("missing").toString());
        assertThat(problems()).anyMatch(problem -> problem.startsWith("API_KEY_FILE"));
    }

    @Test
    void no_message_and_no_text_of_the_settings_shows_the_key() throws Exception {
        set(Key.API_KEY, "ph_miner_secretsecret");
        assertThat(problems()).noneMatch(problem -> problem.contains("secretsecret"));
        set(Key.API_KEY, "plain-secret");
        assertThat(read().toString()).doesNotContain("plain-secret");
    }

    @Test
    void a_file_that_was_named_must_exist() {
        var settings = Settings.gather(flags, Map.of(), Optional.of(temp.resolve("none")), "h");
        assertThat(settings.problems()).singleElement().asString().contains("there is no file");
    }

    @Test
    void gpu_mode_falls_back_to_the_cpu_as_in_the_guide() {
        assertThat(AccelMode.AUTO.mode(true)).isEqualTo(Mode.GPU);
        assertThat(AccelMode.AUTO.mode(false)).isEqualTo(Mode.CPU);
        assertThat(AccelMode.GPU.mode(true)).isEqualTo(Mode.GPU);
        assertThat(AccelMode.GPU.mode(false)).isEqualTo(Mode.CPU);
        assertThat(AccelMode.CPU.mode(true)).isEqualTo(Mode.CPU);
    }

    @Test
    void a_hostname_becomes_a_miner_id_whatever_it_holds() {
        assertThat(Hostname.clean("gpu box.lan\n")).isEqualTo("gpu-box.lan");
        assertThat(Hostname.clean("--é")).isEqualTo("miner");
        assertThat(Hostname.clean("")).isEqualTo("miner");
    }

    @Test
    void only_what_holds_a_key_has_no_flag_because_flags_are_public() {
        for (Key key : Key.values()) {
            assertThat(key.flag().isPresent()).isEqualTo(key != Key.API_KEY && key != Key.CHAIN_RPC);
        }
    }

    @Test
    void a_chain_has_some_nodes_and_a_cap_on_fees() throws Exception {
        assertThat(read().chain().isOn()).isFalse();
        set(Key.CHAIN_RPC, "https://a.example.net/v2/s3cret, http://127.0.0.1:8545");
        set(Key.CHAIN_MAX_FEE_GWEI, "0.5");
        ChainConfig chain = read().chain();
        assertThat(chain.rpc()).hasSize(2);
        assertThat(chain.maxFeeWei()).isEqualTo(500_000_000);
        assertThat(chain.toString()).doesNotContain("s3cret");
        set(Key.CHAIN_RPC, "http://chain.example.net");
        assertThat(problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).startsWith("CHAIN_RPC is http:// to another machine"));
        set(Key.CHAIN_RPC, "https://a.example.net,".repeat(8) + "https://a.example.net");
        assertThat(problems()).containsExactly("CHAIN_RPC has more than 8 URLs");
        set(Key.CHAIN_RPC, "");
        for (String wrong : List.of("0", "-1", "1e3", "0.0000000001", "much")) {
            set(Key.CHAIN_MAX_FEE_GWEI, wrong);
            assertThat(problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).startsWith("CHAIN_MAX_FEE_GWEI"));
        }
    }

    @Test
    void a_registry_needs_a_run_and_is_meant_by_its_origin() throws Exception {
        assertThat(read().discovery()).isEmpty();
        set(Key.DISCOVERY_URL, "https://Registry.example.net:8443/base/");
        assertThat(problems()).containsExactly("DISCOVERY_RUN is missing: the other one is set");
        set(Key.DISCOVERY_RUN, "31337/7");
        set(Key.ENDPOINT, "203.0.113.7:4001");
        DiscoveryConfig discovery = read().discovery().orElseThrow();
        assertThat(discovery.server().origin()).isEqualTo("https://registry.example.net:8443");
        assertThat(discovery.run().chain()).hasValue(31_337);
        assertThat(discovery.run().id()).isEqualTo(RunIds.discoveryRun(31_337, 7));
        assertThat(discovery.toString()).doesNotContain("203.0.113.7");
        set(Key.ENDPOINT, "x".repeat(255));
        assertThat(problems()).containsExactly("ENDPOINT must be 1 to 254 bytes without control characters");
    }

    @Test
    void a_run_is_named_by_its_number_on_a_chain_or_by_the_registrys_id() {
        String id = "0198f3a0-0000-7000-8000-000000000020";
        assertThat(RunChoice.parse(id).orElseThrow().chain()).isEmpty();
        assertThat(RunChoice.parse("1/" + id).orElseThrow().chain()).hasValue(1);
        assertThat(RunIds.discoveryRun(31_337, 7)).isNotEqualTo(RunIds.discoveryRun(31_337, 8));
        for (String wrong : List.of("7", "0/7", "1/0", "1/", "/7", "1/7/7", "run", "1/-7")) {
            assertThat(RunChoice.parse(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void the_stakes_key_is_another_file_than_the_nodes() throws Exception {
        var reader = new ConfigReader(settings(Map.of(), ""), temp);
        assertThat(reader.stakeWallet().file()).isNotEqualTo(reader.wallet().file());
        assertThat(reader.owner().stake().passwordKey()).isEqualTo("STAKE_PASSWORD_FILE");
    }
}
