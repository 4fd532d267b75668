package io.pithead.miner.chain.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pithead.miner.chain.core.ClaimCheck.Facts;
import io.pithead.miner.chain.core.ClaimCheck.Ready;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.MerkleTree;
import io.pithead.protocol.wallet.Claim;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final int WALLETS = 7;
    private static final int MINE = 4;

    private final MerkleTree tree = new MerkleTree();
    private Network network;

    ClaimCheckTest() {
        var contracts = new TreeMap<String, Network.Contract>();
        for (String name : Network.NEEDED) {
            contracts.put(name, new Network.Contract(account(100 + contracts.size()), "0x" + "00".repeat(32)));
        }
        network = new Network(31_337, contracts);
    }

    private static Address account(int number) {
        return new Address("0x" + "%040x".formatted(number));
    }

    @BeforeEach
    void plant() {
        for (int i = 0; i < WALLETS; i++) {
            tree.add(ContractMessages.rewardLeaf(
                    network.chain(), network.at(Network.REWARDS), account(i), BigInteger.valueOf(1_000_000L * i)));
        }
    }

    private Claim claim(String cumulative) {
        return new Claim(
                network.chain(),
                network.at(Network.REWARDS).text(),
                account(MINE).text(),
                3L,
                Hex.text(tree.root()),
                cumulative,
                "0",
                tree.proof(MINE).stream().map(Hex::text).toList(),
                NOW);
    }

    private ClaimCheck check(Claim claim, long claimed, Instant activeAt) {
        Ready ready = ClaimCheck.read(claim, network).orElseThrow();
        return ClaimCheck.of(ready, network, new Facts(tree.root(), activeAt, BigInteger.valueOf(claimed), NOW));
    }

    @Test
    void what_the_root_holds_is_paid_but_for_what_was_claimed() {
        assertThat(check(claim("4.000000"), 1_500_000, NOW))
                .isInstanceOfSatisfying(
                        ClaimCheck.Payable.class,
                        payable -> assertThat(Money.format(payable.amount())).isEqualTo("2.500000"));
    }

    @Test
    void a_sum_that_is_not_in_the_root_is_wrong_however_small_the_lie() {
        assertThat(check(claim("4.000001"), 0, NOW)).isInstanceOf(ClaimCheck.Wrong.class);
    }

    @Test
    void a_proof_of_another_root_is_wrong() {
        Claim claim = claim("4.000000");
        tree.add(new byte[MerkleTree.HASH]);
        assertThat(check(claim, 0, NOW)).isInstanceOf(ClaimCheck.Wrong.class);
    }

    @Test
    void what_was_claimed_all_of_it_is_nothing_and_a_young_root_is_not_yet() {
        assertThat(check(claim("4.000000"), 4_000_000, NOW)).isInstanceOf(ClaimCheck.Nothing.class);
        assertThat(check(claim("4.000000"), 0, NOW.plusSeconds(1)))
                .isEqualTo(new ClaimCheck.NotYet(NOW.plusSeconds(1), BigInteger.valueOf(4_000_000)));
    }

    @Test
    void a_claim_of_another_chain_or_contract_or_without_form_is_not_read() {
        Claim good = claim("4.000000");
        refused(new Claim(1, good.rewards(), good.account(), 3L, null, "4", "0", good.proof(), NOW));
        refused(new Claim(good.chain(), account(1).text(), good.account(), 3L, null, "4", "0", good.proof(), NOW));
        refused(new Claim(good.chain(), good.rewards(), "me", 3L, null, "4", "0", good.proof(), NOW));
        refused(new Claim(good.chain(), good.rewards(), good.account(), 3L, null, "-4", "0", good.proof(), NOW));
        refused(new Claim(good.chain(), good.rewards(), good.account(), 3L, null, "4", "0", List.of("0x00"), NOW));
        refused(new Claim(good.chain(), good.rewards(), good.account(), -3L, null, "4", "0", good.proof(), NOW));
        List<String> endless = java.util.Collections.nCopies(ClaimCheck.MAX_PROOF + 1, "0x" + "00".repeat(32));
        refused(new Claim(good.chain(), good.rewards(), good.account(), 3L, null, "4", "0", endless, NOW));
    }

    private void refused(Claim claim) {
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimCheck.read(claim, network));
    }

    @Test
    void before_the_first_epoch_there_is_none() {
        var none = new Claim(
                network.chain(),
                network.at(Network.REWARDS).text(),
                account(MINE).text(),
                null,
                null,
                "0.000000",
                "0.000000",
                List.of(),
                null);
        assertThat(ClaimCheck.read(none, network)).isEmpty();
    }
}
