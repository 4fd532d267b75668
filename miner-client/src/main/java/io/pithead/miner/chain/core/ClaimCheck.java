package io.pithead.miner.chain.core;

import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.wallet.Claim;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether what the coordinator says of a claim is what the chain holds. */
public sealed interface ClaimCheck {
    /** Deeper than any tree that the coordinator keeps. */
    int MAX_PROOF = 64;

    /** @param amount what the account gets */
    record Payable(Ready claim, BigInteger amount) implements ClaimCheck {}

    /** All of it was claimed. */
    record Nothing(BigInteger claimed) implements ClaimCheck {}

    /** It can be claimed from then on. */
    record NotYet(Instant activeAt, BigInteger amount) implements ClaimCheck {}

    record Wrong(String why) implements ClaimCheck {}

    /** A claim in a good form. */
    record Ready(long epoch, Address account, BigInteger cumulative, List<byte[]> proof) {
        public Ready {
            proof = List.copyOf(proof);
        }
    }

    /** What the chain itself says. @param root of that epoch @param now the newest block's time */
    record Facts(byte[] root, Instant activeAt, BigInteger claimed, Instant now) {}

    /** Empty before the first epoch. @throws IllegalArgumentException when it is in no good form, or of other contracts */
    static Optional<Ready> read(Claim claim, Network network) {
        if (claim.epoch() == null) {
            return Optional.empty();
        }
        if (claim.chain() != network.chain()
                || !Address.parse(String.valueOf(claim.rewards())).equals(Optional.of(network.at(Network.REWARDS)))) {
            throw new IllegalArgumentException("it is of another chain or contract than those that were confirmed");
        }
        if (claim.epoch() < 1 || claim.proof().size() > MAX_PROOF) {
            throw new IllegalArgumentException("it has no good epoch, or too long a proof");
        }
        Address account = Address.parse(String.valueOf(claim.account()))
                .orElseThrow(() -> new IllegalArgumentException("it has no good account"));
        var proof = new ArrayList<byte[]>();
        for (String sibling : claim.proof()) {
            proof.add(Hex.parse(sibling, Keccak.BYTES)
                    .orElseThrow(() -> new IllegalArgumentException("its proof is in no good form")));
        }
        return Optional.of(new Ready(claim.epoch(), account, Money.parse(claim.cumulative()), proof));
    }

    static ClaimCheck of(Ready claim, Network network, Facts facts) {
        byte[] leaf = ContractMessages.rewardLeaf(
                network.chain(), network.at(Network.REWARDS), claim.account(), claim.cumulative());
        if (!Arrays.equals(rootOf(leaf, claim.proof()), facts.root())) {
            return new Wrong("what the coordinator says of epoch " + claim.epoch()
                    + " is not in the root that the chain holds: nothing was sent. Ask the coordinator's operator");
        }
        BigInteger amount = claim.cumulative().subtract(facts.claimed());
        if (amount.signum() <= 0) {
            return new Nothing(facts.claimed());
        }
        return facts.activeAt().isAfter(facts.now())
                ? new NotYet(facts.activeAt(), amount)
                : new Payable(claim, amount);
    }

    /** Pairs in order, as the contract hashes them. */
    static byte[] rootOf(byte[] leaf, List<byte[]> proof) {
        byte[] hash = leaf;
        for (byte[] sibling : proof) {
            hash = Arrays.compareUnsigned(hash, sibling) <= 0
                    ? Keccak.digest(hash, sibling)
                    : Keccak.digest(sibling, hash);
        }
        return hash;
    }
}
