package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.Finality;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainsFileTest {
    private static final String ADDRESS = "0x" + "Ab".repeat(20);
    private static final String HASH = "0x" + "0c".repeat(32);

    @Test
    void a_whole_file_is_read() {
        ChainsFile.Outcome outcome = parse("""
                {"chains":[{"name":"base","chain_id":8453,"rpc":["https://rpc.example.org/key","http://127.0.0.1:8545"],
                 "contracts":{"Runs":{"address":"%s","code_hash":"%s"}},"deploy_block":12,"confirmations":4,
                 "finality":"safe","max_log_range":500,"poll_ms":2000,"reorg_window":64,"max_in_flight":10,
                 "fees":{"max_gwei":"1.5","min_tip_gwei":"0.1","bump_permille":200,"bump_after_s":30},
                 "key":{"keystore_file":"keys/chain.json","password_file":"/run/password"}}]}""".formatted(ADDRESS, HASH));

        assertThat(outcome.problems()).isEmpty();
        ChainSettings chain = outcome.chains().getFirst();
        assertThat(chain.contracts())
                .isEqualTo(Map.of("Runs", new ChainSettings.Contract(ADDRESS.toLowerCase(Locale.ROOT), HASH)));
        assertThat(chain.finality()).isEqualTo(new Finality(Finality.Tag.SAFE, 4));
        assertThat(chain.fees().capWei()).isEqualTo(BigInteger.valueOf(1_500_000_000));
        assertThat(chain.poll()).isEqualTo(Duration.ofSeconds(2));
        assertThat(chain.key().orElseThrow().keystore()).isEqualTo(Path.of("/data/keys/chain.json"));
        assertThat(chain.key().orElseThrow().password()).isEqualTo(Path.of("/run/password"));
    }

    @Test
    void what_is_left_out_has_a_careful_default() {
        ChainSettings chain = parse("""
                {"chains":[{"name":"a","chain_id":1,"rpc":["http://h"],"confirmations":0}]}""").chains().getFirst();

        assertThat(chain.finality().tag()).isEqualTo(Finality.Tag.FINALIZED);
        assertThat(chain.key()).isEmpty();
        assertThat(chain.contracts()).isEmpty();
    }

    @Test
    void everything_that_is_wrong_is_named_at_once_and_no_url_is_repeated() {
        ChainsFile.Outcome outcome = parse("""
                {"chain":1,"chains":[
                 {"name":"A","chain_id":0,"rpc":["ftp://secret"],"confirmations":-1,"finality":"soon","reorg_window":0,
                  "contracts":{"Runs":{"address":"0x1","code_hash":"0x2","abi":1}},"fees":{"max_gwei":"x","bump_permille":124},
                  "key":{"keystore_file":""},"max_log_range":0,"poll_ms":1,"deploy_block":"1","websocket":[]},
                 {"name":"b","chain_id":7,"rpc":[],"confirmations":1},
                 {"name":"b","chain_id":7,"rpc":["http://h"],"confirmations":1}]}""");

        assertThat(outcome.chains()).isEmpty();
        assertThat(outcome.problems())
                .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
                .containsExactlyInAnyOrder(
                        "/chain",
                        "/chains/0/name",
                        "/chains/0/chain_id",
                        "/chains/0/rpc/0",
                        "/chains/0/confirmations",
                        "/chains/0/finality",
                        "/chains/0/reorg_window",
                        "/chains/0/contracts/Runs/address",
                        "/chains/0/contracts/Runs/code_hash",
                        "/chains/0/contracts/Runs/abi",
                        "/chains/0/fees/max_gwei",
                        "/chains/0/fees/bump_permille",
                        "/chains/0/key/keystore_file",
                        "/chains/0/key/password_file",
                        "/chains/0/max_log_range",
                        "/chains/0/poll_ms",
                        "/chains/0/deploy_block",
                        "/chains/0/websocket",
                        "/chains/1/rpc",
                        "/chains/2/name",
                        "/chains/2/chain_id");
        assertThat(outcome.problems()).noneMatch(problem -> problem.contains("secret"));
    }

    @Test
    void what_is_no_json_is_said_so() {
        assertThat(parse("chains").problems()).hasSize(1);
        assertThat(parse("{}").problems()).hasSize(1);
    }

    private static ChainsFile.Outcome parse(String text) {
        return ChainsFile.parse(text.getBytes(StandardCharsets.UTF_8), Path.of("/data"));
    }
}
