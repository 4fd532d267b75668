package io.pithead.miner.chain.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.chain.ChainTerms.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final String HASH = "0x" + "ab".repeat(32);

    private static List<Contract> contracts() {
        var contracts = new ArrayList<Contract>();
        for (String name : Network.NEEDED) {
            contracts.add(new Contract(name, address(contracts.size() + 1), HASH));
        }
        return contracts;
    }

    private static String address(int number) {
        return "0x" + "%040x".formatted(number + 0xabcdef);
    }

    private static Network network(long chain, List<Contract> contracts) {
        return Network.of(new ChainTerms(chain, "dev", true, contracts, null));
    }

    private static void refused(List<Contract> contracts, String why) {
        assertThatThrownBy(() -> network(1, contracts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void letters_in_either_case_are_one_address() {
        List<Contract> shouting = contracts().stream()
                .map(one -> new Contract(
                        one.name(), "0x" + one.address().substring(2).toUpperCase(Locale.ROOT), one.codeHash()))
                .toList();
        assertThat(network(1, shouting)).isEqualTo(network(1, contracts()));
    }

    @Test
    void what_is_missing_double_or_misshapen_is_refused() {
        refused(contracts().subList(1, Network.NEEDED.size()), "it has no AiToken");
        List<Contract> twice = contracts();
        twice.add(twice.getFirst());
        refused(twice, "AiToken is named twice");
        List<Contract> wrong = contracts();
        wrong.set(2, new Contract("ComputeNodes", "0x12", HASH));
        refused(wrong, "ComputeNodes has no good address");
        wrong.set(2, new Contract("ComputeNodes", address(3), "0x"));
        refused(wrong, "ComputeNodes has no good code hash");
        wrong.set(2, new Contract("\u001b[31m", address(3), HASH));
        refused(wrong, "no good name");
        assertThatThrownBy(() -> network(0, contracts())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_difference_to_what_was_confirmed_is_named() {
        Network known = network(1, contracts());
        assertThat(known.differences(network(1, contracts()))).isEmpty();
        List<Contract> other = contracts();
        other.set(0, new Contract("AiToken", address(99), HASH));
        other.set(1, new Contract("ProviderRegistry", address(2), "0x" + "cd".repeat(32)));
        assertThat(known.differences(network(2, other)))
                .hasSize(3)
                .anyMatch(line -> line.contains("chain was 1 and is 2"))
                .anyMatch(line -> line.startsWith("AiToken was at"))
                .anyMatch(line -> line.startsWith("ProviderRegistry was confirmed with other code"));
    }

    @Test
    void more_contracts_than_before_are_no_difference() {
        List<Contract> more = contracts();
        more.add(new Contract("Faucet", address(50), HASH));
        assertThat(network(1, contracts()).differences(network(1, more))).isEmpty();
        assertThat(network(1, more).differences(network(1, contracts()))).containsExactly("Faucet is missing");
    }
}
