package io.pithead.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChargeTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "job");

    @Test
    void its_evidence_is_over_each_answer_and_what_was_found_of_it() throws Exception {
        Charge charge = Json.read(Files.readAllBytes(GOLDEN.resolve("Charge.json")), Charge.class);
        Finding finding = Json.read(Files.readAllBytes(GOLDEN.resolve("Finding.json")), Finding.class);
        Charge.Answer answer = charge.answers().getFirst();
        var other = new Charge.Answer(UUID.randomUUID(), answer.claim());
        String none = "0".repeat(64);
        String claimed = answer.claim().digest();

        assertThat(Charge.evidence(List.of(answer, other), Map.of(answer.referee(), finding)))
                .isEqualTo(Digests.sha256Hex(HexFormat.of().parseHex(claimed + finding.digest() + claimed + none)));
        assertThat(Charge.evidence(List.of(other, answer), Map.of(answer.referee(), finding)))
                .isEqualTo(Digests.sha256Hex(HexFormat.of().parseHex(claimed + none + claimed + finding.digest())));
    }
}
