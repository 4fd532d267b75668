package io.pithead.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProofClaimTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "job");
    private static final WalletKey NODE = key(1);
    private static final String ADDRESS = NODE.address().text();

    private static WalletKey key(int scalar) {
        byte[] bytes = new byte[WalletKey.BYTES];
        bytes[bytes.length - 1] = (byte) scalar;
        return WalletKey.of(bytes);
    }

    private static Proof proof() throws Exception {
        return Json.read(Files.readAllBytes(GOLDEN.resolve("Proof.json")), Proof.class);
    }

    @Test
    void the_signature_of_a_proof_is_the_one_that_other_programs_make() throws Exception {
        var view = Json.read(Files.readAllBytes(GOLDEN.resolve("VerificationView.json")), VerificationView.class);

        ProofClaim claim = Objects.requireNonNull(view.items().getFirst().claim());

        assertThat(proof().signed(NODE).signature()).isEqualTo(claim.signature());
        assertThat(claim.isSignedBy(ADDRESS)).isTrue();
        assertThat(ProofClaim.of(proof().signed(NODE), ADDRESS)).isEqualTo(claim);
    }

    @Test
    void one_of_a_miner_that_does_not_name_its_request_is_good_too() {
        var claim = new ProofClaim(
                UUID.fromString("0198f3a0-0000-7000-8000-000000000003"),
                41L,
                ADDRESS,
                "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                null,
                Instant.parse("2026-11-01T12:00:00Z"),
                Instant.parse("2026-11-01T12:00:01.250Z"),
                "0x0a120f41ae1cee7667e90f0b66b59086f015bd7bf24e91c118d7090082765875"
                        + "479602bd296eb6c32d7bc31ea6cb2ca6d6cc7ec62d956cbedac77f8d1feef15e1c");

        assertThat(claim.isSignedBy(ADDRESS)).isTrue();
    }

    @Test
    void a_changed_member_has_another_signer() throws Exception {
        ProofClaim claim = ProofClaim.of(proof().signed(NODE), ADDRESS);
        String other = key(2).address().text();
        for (ProofClaim changed : List.of(
                with(claim, UUID.randomUUID(), 41, ADDRESS, claim.outputSha(), claim.requestSha(), claim.startedAt()),
                with(claim, claim.job(), 42, ADDRESS, claim.outputSha(), claim.requestSha(), claim.startedAt()),
                with(claim, claim.job(), 41, other, claim.outputSha(), claim.requestSha(), claim.startedAt()),
                with(claim, claim.job(), 41, ADDRESS, "0".repeat(64), claim.requestSha(), claim.startedAt()),
                with(claim, claim.job(), 41, ADDRESS, claim.outputSha(), "0".repeat(64), claim.startedAt()),
                with(claim, claim.job(), 41, ADDRESS, claim.outputSha(), null, claim.startedAt()),
                with(claim, claim.job(), 41, ADDRESS, claim.outputSha(), claim.requestSha(), Instant.EPOCH))) {
            assertThat(changed.isSignedBy(ADDRESS)).as("%s", changed).isFalse();
        }
        assertThat(claim.isSignedBy(other)).isFalse();
    }

    private static ProofClaim with(
            ProofClaim claim,
            UUID job,
            long lease,
            String node,
            String sha,
            @Nullable String request,
            @Nullable Instant started) {
        return new ProofClaim(job, lease, node, sha, request, started, claim.completedAt(), claim.signature());
    }
}
