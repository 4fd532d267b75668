package io.pithead.coordinator.run;

import io.pithead.coordinator.chain.Calls;
import io.pithead.coordinator.chain.Intent;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.signing.RecoverableSignature;
import java.math.BigInteger;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint96;

/** What runs ask of contracts. */
final class RunCalls {
    static final String RUNS = "Runs";
    static final String ESCROW = "RunEscrow";
    static final String MEMBERSHIPS = "Memberships";
    private static final String TOKEN = "AiToken";
    /** So that no approval of one run undoes another's: the escrow takes only what it is told to by us. */
    private static final Uint256 ALL = new Uint256(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));

    private RunCalls() {}

    static Intent create(Known chain, RunRow run) {
        return Calls.call(
                chain.address(RUNS),
                "create",
                new DynamicStruct(
                        new Address(run.manager()),
                        new Uint32(run.maxNodes()),
                        new Uint96(run.maxUnits()),
                        new Uint64(run.endsAt().getEpochSecond()),
                        new Utf8String(run.requirements()),
                        new Utf8String(run.discoveryUri())));
    }

    static Intent start(Known chain, long number) {
        return Calls.call(chain.address(RUNS), "start", new Uint256(number));
    }

    static Intent end(Known chain, long number) {
        return Calls.call(chain.address(RUNS), "end", new Uint256(number));
    }

    static Intent dismiss(Known chain, long number, String node, String reason) {
        return Calls.call(
                chain.address(MEMBERSHIPS), "dismiss", new Uint256(number), new Address(node), new Utf8String(reason));
    }

    static Intent approve(Known chain) {
        return Calls.call(chain.address(TOKEN), "approve", new Address(chain.address(ESCROW)), ALL);
    }

    /** @param function {@code deposit}, {@code reserve} or {@code unreserve} */
    static Intent escrow(Known chain, String function, long number, BigInteger amount) {
        return Calls.call(chain.address(ESCROW), function, new Uint256(number), new Uint256(amount));
    }

    static Intent refund(Known chain, long number) {
        return Calls.call(chain.address(ESCROW), "refund", new Uint256(number));
    }

    static Intent join(Invite invite, RecoverableSignature acceptance) {
        return Calls.call(
                invite.memberships(),
                "joinFor",
                new StaticStruct(
                        new Uint256(invite.number()),
                        new Address(invite.node()),
                        new Uint256(invite.nonce()),
                        new Uint256(invite.expiry().getEpochSecond())),
                new DynamicBytes(RecoverableSignature.parse(invite.signature())
                        .orElseThrow()
                        .bytes()),
                new DynamicBytes(acceptance.bytes()));
    }
}
