package io.pithead.miner.chain;

import io.pithead.miner.chain.core.ClaimCheck;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.Permit;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.RecoverableSignature;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** The transactions that owners send. Amounts are in minor units. */
public final class Transactions {
    /** So long what is signed here beforehand may be used. */
    private static final Duration SIGNED_FOR = Duration.ofHours(1);

    private static final int SCALAR = 32;

    private final Network network;
    private final Contracts contracts;

    public Transactions(Network network, Contracts contracts) {
        this.network = network;
        this.contracts = contracts;
    }

    /** @param amount what is staked with it; what is staked already counts, too */
    public Transaction register(WalletKey provider, BigInteger amount) throws RpcException {
        return permitted("register this provider with a stake of ", "register", provider, amount);
    }

    public Transaction stake(WalletKey provider, BigInteger amount) throws RpcException {
        return permitted("stake ", "increaseStake", provider, amount);
    }

    private Transaction permitted(String purpose, String function, WalletKey provider, BigInteger amount)
            throws RpcException {
        String purposeAndAmount = purpose + Money.format(amount);
        Address registry = network.at(Network.PROVIDERS);
        if (amount.signum() == 0) {
            return new Transaction(purposeAndAmount, registry, Chain.encoded(function, new Uint256(amount)));
        }
        var permit =
                new Permit(provider.address(), registry, amount, contracts.permitNonce(provider.address()), deadline());
        byte[] signature = provider.sign(permit.digest(network.chain(), network.at(Network.TOKEN)))
                .bytes();
        return new Transaction(
                purposeAndAmount,
                registry,
                Chain.encoded(
                        function + "WithPermit",
                        new Uint256(amount),
                        number(permit.deadline()),
                        new Uint8(signature[RecoverableSignature.BYTES - 1]),
                        new Bytes32(Arrays.copyOf(signature, SCALAR)),
                        new Bytes32(Arrays.copyOfRange(signature, SCALAR, 2 * SCALAR))));
    }

    /** The node's key says that it belongs to the provider, who sends it. */
    public Transaction registerNode(Address provider, WalletKey node) throws RpcException {
        Address nodes = network.at(Network.NODES);
        long deadline = deadline();
        byte[] digest = ContractMessages.registration(new ContractMessages.RegistrationTerms(
                network.chain(),
                nodes,
                provider,
                node.address(),
                contracts.registrationNonce(node.address()),
                deadline));
        return new Transaction(
                "register the node " + node.address().checksummed(),
                nodes,
                Chain.encoded(
                        "register",
                        of(node.address()),
                        new Utf8String(""),
                        number(deadline),
                        new DynamicBytes(node.sign(digest).bytes())));
    }

    public Transaction removeNode(Address node) {
        return new Transaction(
                "remove the node " + node.checksummed(), network.at(Network.NODES), Chain.encoded("remove", of(node)));
    }

    /** Out of the run that it is in. */
    public Transaction quit(Address node) {
        return new Transaction(
                "take the node " + node.checksummed() + " out of its run",
                network.at(Network.MEMBERSHIPS),
                Chain.encoded("quit", of(node)));
    }

    public Transaction unbond(BigInteger amount) {
        return toRegistry("unstake " + Money.format(amount), "unbond", new Uint256(amount));
    }

    public Transaction withdraw() {
        return toRegistry("take out what has matured", "withdraw");
    }

    public Transaction deregister() {
        return toRegistry("deregister this provider", "deregister");
    }

    private Transaction toRegistry(String purpose, String function, Type<?>... arguments) {
        return new Transaction(purpose, network.at(Network.PROVIDERS), Chain.encoded(function, arguments));
    }

    public Transaction claim(ClaimCheck.Ready claim) {
        return new Transaction(
                "claim for " + claim.account().checksummed() + " up to " + Money.format(claim.cumulative()),
                network.at(Network.REWARDS),
                Chain.encoded(
                        "claim",
                        new Uint64(claim.epoch()),
                        of(claim.account()),
                        new Uint256(claim.cumulative()),
                        new DynamicArray<>(
                                Bytes32.class,
                                claim.proof().stream().map(Bytes32::new).toList())));
    }

    private long deadline() throws RpcException {
        return contracts.now().plus(SIGNED_FOR).getEpochSecond();
    }

    private static org.web3j.abi.datatypes.Address of(Address address) {
        return new org.web3j.abi.datatypes.Address(address.text());
    }

    private static Uint256 number(long number) {
        return new Uint256(BigInteger.valueOf(number));
    }
}
