package io.pithead.miner.chain.core;

import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Eip712;
import java.math.BigInteger;

/** That a contract may take tokens, signed rather than sent (ERC-2612): one transaction less. */
public record Permit(Address owner, Address spender, BigInteger value, BigInteger nonce, long deadline) {
    private static final String TYPE =
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";

    /** @param token the contract that checks it */
    public byte[] digest(long chain, Address token) {
        return Eip712.digest(
                Eip712.domain("Pithead AI", "1", chain, token),
                Eip712.struct(
                        TYPE,
                        Eip712.address(owner),
                        Eip712.address(spender),
                        Eip712.number(value),
                        Eip712.number(nonce),
                        Eip712.number(deadline)));
    }
}
