package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.run.Invite;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Against the documents that the contracts are tested with. */
class ContractMessagesTest {
    private static final WalletKey MANAGER = WalletKey.of(Keccak.digest(new byte[] {1}));
    private static final WalletKey SOMEBODY = WalletKey.of(Keccak.digest(new byte[] {2}));

    private static JsonNode golden(String name) throws Exception {
        return Json.tree(Files.readAllBytes(Path.of("..", "contracts", "test", "golden.json")))
                .required(name);
    }

    private static Address address(JsonNode node, String member) {
        return Address.parse(node.required(member).asText()).orElseThrow();
    }

    private static ContractMessages.InviteTerms inviteTerms(JsonNode one) {
        JsonNode domain = one.required("typedData").required("domain");
        JsonNode message = one.required("typedData").required("message");
        return new ContractMessages.InviteTerms(
                domain.required("chainId").asLong(),
                address(domain, "verifyingContract"),
                message.required("run").asLong(),
                address(message, "node"),
                message.required("nonce").asLong(),
                message.required("expiry").asLong());
    }

    @Test
    void an_invite_and_its_acceptance_have_the_contracts_digests() throws Exception {
        JsonNode invite = golden("invite");
        JsonNode acceptance = golden("acceptance");
        assertThat(Hex.text(ContractMessages.invite(inviteTerms(invite))))
                .isEqualTo(invite.required("digest").asText());
        assertThat(Hex.text(ContractMessages.acceptance(inviteTerms(acceptance))))
                .isEqualTo(acceptance.required("digest").asText());
    }

    @Test
    void a_registration_has_the_contracts_digest() throws Exception {
        JsonNode one = golden("nodeRegistration");
        JsonNode domain = one.required("typedData").required("domain");
        JsonNode message = one.required("typedData").required("message");
        var terms = new ContractMessages.RegistrationTerms(
                domain.required("chainId").asLong(),
                address(domain, "verifyingContract"),
                address(message, "provider"),
                address(message, "node"),
                new BigInteger(message.required("nonce").asText()),
                message.required("deadline").asLong());
        assertThat(Hex.text(ContractMessages.registration(terms)))
                .isEqualTo(one.required("digest").asText());
    }

    @Test
    void a_leaf_of_the_rewards_is_the_contracts() throws Exception {
        JsonNode one = golden("rewardLeaf");
        assertThat(Hex.text(ContractMessages.rewardLeaf(
                        one.required("chainId").asLong(),
                        address(one, "contract"),
                        address(one, "account"),
                        new BigInteger(one.required("cumulative").asText()))))
                .isEqualTo(one.required("leaf").asText());
    }

    @Test
    void an_invite_counts_as_signed_by_the_manager_it_names_alone() {
        Invite unsigned = invite(42, MANAGER.address(), "");
        String good = MANAGER.sign(ContractMessages.invite(unsigned.terms())).toString();

        assertThat(invite(42, MANAGER.address(), good).hasGoodSignature()).isTrue();
        assertThat(invite(43, MANAGER.address(), good).hasGoodSignature()).isFalse();
        assertThat(invite(42, SOMEBODY.address(), good).hasGoodSignature()).isFalse();
        assertThat(invite(42, MANAGER.address(), "0x").hasGoodSignature()).isFalse();
        String acceptance =
                MANAGER.sign(ContractMessages.acceptance(unsigned.terms())).toString();
        assertThat(invite(42, MANAGER.address(), acceptance).hasGoodSignature()).isFalse();
    }

    private static Invite invite(long nonce, Address manager, String signature) {
        String contract = SOMEBODY.address().text();
        return new Invite(
                new UUID(0, 1),
                new UUID(0, 2),
                31_337,
                7,
                contract,
                contract,
                SOMEBODY.address().text(),
                nonce,
                Instant.ofEpochSecond(1_800_001_000),
                manager.text(),
                signature);
    }
}
