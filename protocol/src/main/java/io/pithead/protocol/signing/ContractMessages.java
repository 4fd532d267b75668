package io.pithead.protocol.signing;

import java.math.BigInteger;

/**
 * What our contracts have signed (EIP-712) and hashed, digest by digest as docs/CONTRACTS.md has it; the contracts compute
 * the same from the same documents in their tests.
 */
public final class ContractMessages {
    private static final String VERSION = "1";
    private static final String INVITE = "(uint256 run,address node,uint256 nonce,uint256 expiry)";

    private ContractMessages() {}

    /** @param contract {@code ComputeNodes} @param nonce the node's next one there @param deadline in seconds */
    public record RegistrationTerms(
            long chain, Address contract, Address provider, Address node, BigInteger nonce, long deadline) {}

    /** @param contract {@code Memberships} @param expiry in seconds */
    public record InviteTerms(long chain, Address contract, long run, Address node, long nonce, long expiry) {}

    /** By the node: that it belongs to the provider. */
    public static byte[] registration(RegistrationTerms terms) {
        return Eip712.digest(
                Eip712.domain("Pithead ComputeNodes", VERSION, terms.chain(), terms.contract()),
                Eip712.struct(
                        "NodeRegistration(address provider,address node,uint256 nonce,uint256 deadline)",
                        Eip712.address(terms.provider()),
                        Eip712.address(terms.node()),
                        Eip712.number(terms.nonce()),
                        Eip712.number(terms.deadline())));
    }

    /** By the run's manager. */
    public static byte[] invite(InviteTerms terms) {
        return membership("Invite" + INVITE, terms);
    }

    /** By the node: that it takes the invite, and another may pay for its joining. */
    public static byte[] acceptance(InviteTerms terms) {
        return membership("Acceptance" + INVITE, terms);
    }

    private static byte[] membership(String type, InviteTerms terms) {
        return Eip712.digest(
                Eip712.domain("Pithead Memberships", VERSION, terms.chain(), terms.contract()),
                Eip712.struct(
                        type,
                        Eip712.number(terms.run()),
                        Eip712.address(terms.node()),
                        Eip712.number(terms.nonce()),
                        Eip712.number(terms.expiry())));
    }

    /**
     * A leaf of the tree of rewards; hashed twice, so that no inner node can pass for one.
     *
     * @param contract {@code Rewards}
     * @param cumulative what the account has earned since the beginning, in minor units
     */
    public static byte[] rewardLeaf(long chain, Address contract, Address account, BigInteger cumulative) {
        return Keccak.digest(Keccak.digest(
                Eip712.number(chain), Eip712.address(contract), Eip712.address(account), Eip712.number(cumulative)));
    }
}
