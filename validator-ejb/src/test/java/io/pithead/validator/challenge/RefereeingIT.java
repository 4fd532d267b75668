package io.pithead.validator.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.validator.challenge.CoordinatorApi.AwayException;
import io.pithead.validator.challenge.RefereeTerms.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases of a scripted coordinator, done by real programs: good ones, and such as do not end, or say odd things. */
class RefereeingIT {
    private static final String SHA = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private static final String REQUEST = "{\"workload\":\"w\",\"params\":{\"of\":\"a buyer\"}}";

    @TempDir
    private Path temp;

    private ValidatorRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ValidatorRig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Refereeing referee(String script) throws IOException {
        Path program = Files.writeString(temp.resolve("program"), "#!/bin/sh\n" + script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var terms =
                new RefereeTerms(Place.PROCESS, List.of(program.toString()), Optional.empty(), Duration.ofSeconds(1));
        var api = new CoordinatorApi(rig.coordinator.origin(), () -> ScriptedCoordinator.KEY, Duration.ofSeconds(10));
        return new Refereeing(
                rig.database,
                api,
                new Seat(31_337, rig.key),
                new Replayer(terms, Duration.ofSeconds(1)),
                terms.limit(),
                Duration.ofDays(30),
                () -> rig.now);
    }

    private UUID open() {
        return open(REQUEST, null);
    }

    private UUID open(String request, @Nullable JobLimits limits) {
        UUID id = UUID.randomUUID();
        rig.coordinator.cases.put(
                id,
                new RefereeCase(
                        id, request, limits, rig.now, rig.now.plus(Duration.ofMinutes(30)), null, null, null, null));
        return id;
    }

    /** Keeps what it was given. */
    private Refereeing reader() throws IOException {
        return referee("cat > \"$(dirname \"$0\")/request\"; echo '{\"output_sha\":\"" + SHA + "\"}'");
    }

    private List<Finding> said() {
        return rig.coordinator.said("/finding").stream()
                .map(body -> Json.own(body, Finding.class))
                .toList();
    }

    private String reason(UUID id) {
        return rig.text("select reason from validator.finding where job_id = ?", id);
    }

    @Test
    void what_the_program_finds_is_signed_and_said_once() throws Exception {
        UUID id = open();
        Refereeing referee = referee("""
                printf '%s\\n' "$@" > "$(dirname "$0")/words"; env > "$(dirname "$0")/env"
                cat > "$(dirname "$0")/request"
                echo '{"output_sha":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}'
                """);

        referee.round();
        referee.round();

        assertThat(said()).hasSize(1);
        Finding finding = said().getFirst();
        assertThat(finding.job()).isEqualTo(id);
        assertThat(finding.outputSha()).isEqualTo(SHA);
        assertThat(finding.evidence()).isEqualTo(Digests.sha256Hex(REQUEST.getBytes(StandardCharsets.UTF_8)));
        assertThat(finding.isSignedBy(rig.key.address().text())).isTrue();
        assertThat(Files.readString(temp.resolve("request"))).isEqualTo(REQUEST);
        assertThat(Files.readAllLines(temp.resolve("words")))
                .containsExactly("replay", "--config=/dev/null", "--in=process", "--limit=1", "-");
        assertThat(Files.readAllLines(temp.resolve("env")))
                .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("USER="));
    }

    @Test
    void what_was_found_is_said_again_as_it_was_when_nobody_heard_it() throws Exception {
        open();
        Refereeing referee = referee("echo '{\"output_sha\":\"" + SHA + "\"}'");
        rig.coordinator.refusing = 503;
        assertThatThrownBy(referee::round).isInstanceOf(AwayException.class);
        rig.coordinator.refusing = 0;
        rig.now = rig.now.plus(Duration.ofMinutes(1));
        referee.round();

        assertThat(said()).hasSize(2);
        assertThat(said().getLast()).isEqualTo(said().getFirst());
    }

    @Test
    void a_refusal_is_kept_and_the_finding_not_said_again() throws Exception {
        UUID id = open();
        rig.coordinator.refusing = 409;
        Refereeing referee = referee("echo '{\"output_sha\":\"" + SHA + "\"}'");

        referee.round();
        referee.round();

        assertThat(said()).hasSize(1);
        assertThat(rig.text("select refusal from validator.finding where job_id = ?", id))
                .startsWith("409");
    }

    @Test
    void who_is_not_known_yet_says_it_again_until_it_is_or_too_late() throws Exception {
        UUID id = open();
        rig.coordinator.refusing = 403;
        Refereeing referee = referee("echo '{\"output_sha\":\"" + SHA + "\"}'");
        referee.round();
        rig.now = rig.now.plus(Duration.ofMinutes(1));
        rig.coordinator.refusing = 0;
        referee.round();
        referee.round();
        assertThat(said().getLast()).isEqualTo(said().getFirst());
        assertThat(rig.column(
                        "select 1 from validator.finding where job_id = ? and over_at is not null and refusal is null",
                        id))
                .hasSize(1);
        int saidOfTheFirst = said().size();

        UUID stranger = open();
        rig.coordinator.refusing = 403;
        referee.round();
        rig.now = rig.now.plus(Refereeing.PATIENCE);
        referee.round();
        int saidOfBoth = said().size();
        referee.round();
        assertThat(saidOfBoth).isGreaterThan(saidOfTheFirst);
        assertThat(said()).hasSize(saidOfBoth);
        assertThat(rig.text("select refusal from validator.finding where job_id = ?", stranger))
                .startsWith("403");
    }

    @Test
    void a_program_that_finds_nothing_leaves_the_case_to_others() throws Exception {
        UUID never = open();
        referee("sleep 60").round();
        assertThat(reason(never)).contains("does not end");
        UUID flood = open();
        referee("yes").round();
        assertThat(reason(flood)).contains("too much");
        UUID odd = open();
        referee("echo hello").round();
        assertThat(reason(odd)).contains("no JSON");
        UUID wrong = open();
        referee("echo '{\"output_sha\":\"beef\"}'").round();
        assertThat(reason(wrong)).startsWith("no digest");
        UUID failed = open();
        referee("echo '{\"error\":{\"code\":\"UNKNOWN_WORKLOAD\",\"message\":\"none\"}}'; exit 1")
                .round();
        assertThat(reason(failed)).isEqualTo("UNKNOWN_WORKLOAD: none");
        assertThat(said()).isEmpty();
    }

    @Test
    void its_limits_are_told_to_the_program_and_are_not_what_is_digested() throws Exception {
        // 1.50 and 1.5 are one number and two texts
        String request = "{\"params\":{\"of\":1.50},\"workload\":\"w\"}";
        open(request, new JobLimits(null, 512L, null, 60L));
        reader().round();

        assertThat(Files.readString(temp.resolve("request")))
                .isEqualTo("{\"params\":{\"of\":1.50},\"workload\":\"w\","
                        + "\"limits\":{\"ram_mb\":512,\"max_runtime_s\":60}}");
        assertThat(said().getFirst().evidence()).isEqualTo(Digests.sha256Hex(request.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void the_limits_that_an_older_case_has_in_its_request_stay_as_they_are() throws Exception {
        String request = "{\"workload\":\"w\",\"limits\":{\"ram_mb\":64}}";
        open(request, null);
        reader().round();
        assertThat(Files.readString(temp.resolve("request"))).isEqualTo(request);

        open(request + " ", new JobLimits(null, 512L, null, null));
        reader().round();
        assertThat(Files.readString(temp.resolve("request"))).isEqualTo(request + " ");
    }

    @Test
    void what_differs_from_machine_to_machine_is_not_done() throws Exception {
        UUID id = open("{\"workload\":\"torch_bench\",\"params\":{}}", null);
        reader().round();

        assertThat(temp.resolve("request")).doesNotExist();
        assertThat(reason(id)).contains("torch_bench");
        assertThat(said()).isEmpty();
    }

    @Test
    void what_is_no_request_is_not_done() throws Exception {
        UUID none = open("", null);
        reader().round();
        assertThat(reason(none)).contains("no JSON");
        UUID cut = open("{\"workload\":\"w\"", new JobLimits(null, 512L, null, null));
        reader().round();
        assertThat(reason(cut)).contains("no JSON");
        UUID twice = open("{\"workload\":\"w\",\"workload\":\"torch_bench\"}", null);
        reader().round();
        assertThat(reason(twice)).contains("no JSON");
        for (String odd : List.of("[]", "{}", "\"w\"", "{\"workload\":7}")) {
            UUID id = open(odd, null);
            reader().round();
            assertThat(reason(id)).as(odd).contains("no workload");
        }

        assertThat(temp.resolve("request")).doesNotExist();
        assertThat(said()).isEmpty();
    }

    @Test
    void a_case_that_is_as_good_as_over_is_not_begun() throws Exception {
        open();
        rig.now = rig.now.plus(Duration.ofMinutes(30));

        referee("touch \"$(dirname \"$0\")/ran\"").round();

        assertThat(temp.resolve("ran")).doesNotExist();
        assertThat(rig.column("select 1 from validator.finding")).isEmpty();
    }
}
