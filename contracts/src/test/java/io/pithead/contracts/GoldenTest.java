package io.pithead.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Hash;
import org.web3j.crypto.StructuredDataEncoder;
import org.web3j.utils.Numeric;

/** The leaves and digests of golden.json, which the contracts compute too (Golden.t.sol). */
class GoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode golden(String name) throws IOException {
        return JSON.readTree(Path.of("test", "golden.json").toFile()).required(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodeRegistration", "invite", "acceptance", "claimDelegation"})
    void what_is_signed_has_the_contracts_digest(String name) throws IOException {
        JsonNode one = golden(name);
        byte[] digest = new StructuredDataEncoder(one.required("typedData").toString()).hashStructuredData();
        assertThat(Numeric.toHexString(digest)).isEqualTo(one.required("digest").asText());
    }

    @Test
    void a_reward_leaf_is_the_contracts() throws IOException {
        JsonNode one = golden("rewardLeaf");
        assertThat(leaf(
                        number(one, "chainId"),
                        address(one, "contract"),
                        address(one, "account"),
                        number(one, "cumulative")))
                .isEqualTo(one.required("leaf").asText());
    }

    @Test
    void a_work_leaf_is_the_contracts() throws IOException {
        JsonNode one = golden("workLeaf");
        assertThat(leaf(
                        number(one, "chainId"),
                        address(one, "contract"),
                        number(one, "run"),
                        address(one, "node"),
                        number(one, "epoch"),
                        number(one, "index"),
                        new Bytes32(Numeric.hexStringToByteArray(
                                one.required("receiptHash").asText())),
                        number(one, "units")))
                .isEqualTo(one.required("leaf").asText());
    }

    /** Hashed twice over the members side by side, each in 32 bytes. */
    private static String leaf(Type<?>... members) {
        StringBuilder encoded = new StringBuilder();
        List.of(members).forEach(member -> encoded.append(TypeEncoder.encode(member)));
        return Numeric.toHexString(Hash.sha3(Hash.sha3(Numeric.hexStringToByteArray(encoded.toString()))));
    }

    private static Uint256 number(JsonNode one, String member) {
        return new Uint256(new BigInteger(one.required(member).asText()));
    }

    private static Address address(JsonNode one, String member) {
        return new Address(one.required(member).asText());
    }
}
