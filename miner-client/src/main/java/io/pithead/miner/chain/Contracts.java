package io.pithead.miner.chain;

import io.pithead.miner.chain.core.ClaimCheck;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.NodeState;
import io.pithead.miner.chain.core.RunStatus;
import io.pithead.miner.chain.core.Standing;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;

/** What the contracts say, asked anew each time. */
public final class Contracts {
    /** The contract's own bound of a page. */
    private static final int MAX_PAGE = 200;

    private static final int MAX_UNBONDS = 64;
    private static final Address NOBODY = new Address("0x" + "0".repeat(40));

    private final Chain chain;
    private final Network network;

    public Contracts(Chain chain, Network network) {
        this.chain = chain;
        this.network = network;
    }

    /** A provider's part of the registry. */
    public record Provider(BigInteger stake, boolean registered, long nodes, boolean blacklisted) {}

    /** Stake on its way out. */
    public record Unbond(BigInteger amount, Instant maturesAt) {}

    public record Node(Optional<Address> provider, NodeState state, long run) {}

    public record Run(RunStatus status, String requirements) {}

    /** @throws ChainException when other code is there than the owner confirmed */
    public void check(List<String> names) throws ChainException {
        for (String name : names) {
            byte[] code = chain.code(network.at(name));
            Network.Contract contract = network.contracts().get(name);
            if (contract == null || !Hex.text(Keccak.digest(code)).equals(contract.codeHash())) {
                throw new ChainException(
                        code.length == 0
                                ? name + " is not at " + network.at(name).checksummed() + " on chain " + chain.id()
                                        + ": look whether CHAIN_RPC is of the coordinator's chain"
                                : name + " at " + network.at(name).checksummed()
                                        + " has other code than it should: nothing was sent. Ask the coordinator's"
                                        + " operator");
            }
        }
    }

    public Provider provider(Address provider) throws RpcException {
        Words words = chain.call(network.at(Network.PROVIDERS), "get", of(provider));
        return new Provider(words.number(0), words.small(1) != 0, words.small(2), words.flag(4));
    }

    public Standing standing(Address provider) throws RpcException {
        return one(
                Standing.values(),
                chain.call(network.at(Network.PROVIDERS), "standingOf", of(provider))
                        .small(0));
    }

    public BigInteger requiredStake(long nodes) throws RpcException {
        return chain.call(network.at(Network.PROVIDERS), "requiredStake", new Uint32(nodes))
                .number(0);
    }

    public List<Unbond> unbonds(Address provider) throws RpcException {
        Words queue = chain.call(network.at(Network.PROVIDERS), "unbondsOf", of(provider))
                .at(0);
        var unbonds = new ArrayList<Unbond>();
        int length = queue.length(MAX_UNBONDS);
        for (int i = 0; i < length; i++) {
            unbonds.add(new Unbond(queue.number(1 + 2 * i), time(queue.small(2 + 2 * i))));
        }
        return unbonds;
    }

    public BigInteger tokens(Address account) throws RpcException {
        return chain.call(network.at(Network.TOKEN), "balanceOf", of(account)).number(0);
    }

    BigInteger permitNonce(Address owner) throws RpcException {
        return chain.call(network.at(Network.TOKEN), "nonces", of(owner)).number(0);
    }

    BigInteger registrationNonce(Address node) throws RpcException {
        return chain.call(network.at(Network.NODES), "nonces", of(node)).number(0);
    }

    public Node node(Address node) throws RpcException {
        Address nodes = network.at(Network.NODES);
        Address provider = chain.call(nodes, "providerOf", of(node)).address(0);
        NodeState state =
                one(NodeState.values(), chain.call(nodes, "stateOf", of(node)).small(0));
        long run = chain.call(nodes, "placementOf", of(node)).small(0);
        return new Node(provider.equals(NOBODY) ? Optional.empty() : Optional.of(provider), state, run);
    }

    /** At most a page of them: who removes these finds the next ones. */
    public List<Address> nodesOf(Address provider) throws RpcException {
        Words list = chain.call(
                        network.at(Network.NODES),
                        "listOf",
                        of(provider),
                        Uint256.DEFAULT,
                        new Uint256(BigInteger.valueOf(MAX_PAGE)))
                .at(0);
        var nodes = new ArrayList<Address>();
        int length = list.length(MAX_PAGE);
        for (int i = 0; i < length; i++) {
            nodes.add(list.address(1 + i));
        }
        return nodes;
    }

    public RunStatus runStatus(long run) throws RpcException {
        return one(
                RunStatus.values(),
                chain.call(network.at(Network.RUNS), "statusOf", number(run)).small(0));
    }

    public Run run(long run) throws RpcException {
        RunStatus status = runStatus(run);
        return status == RunStatus.UNKNOWN
                ? new Run(status, "")
                : new Run(
                        status,
                        chain.call(network.at(Network.RUNS), "get", number(run))
                                .at(0)
                                .text(8));
    }

    /** Empty for a run that nobody made. */
    public Optional<Address> managerOf(long run) throws RpcException {
        Address manager =
                chain.call(network.at(Network.RUNS), "managerOf", number(run)).address(0);
        return manager.equals(NOBODY) ? Optional.empty() : Optional.of(manager);
    }

    /** Whether an invite was used or revoked. */
    public boolean isSpent(long run, long nonce) throws RpcException {
        return chain.call(network.at(Network.MEMBERSHIPS), "isSpent", number(run), number(nonce))
                .flag(0);
    }

    public ClaimCheck.Facts claimFacts(ClaimCheck.Ready claim) throws RpcException {
        Address rewards = network.at(Network.REWARDS);
        Words root = chain.call(rewards, "rootOf", new Uint64(claim.epoch()));
        BigInteger claimed =
                chain.call(rewards, "claimedOf", of(claim.account())).number(0);
        return new ClaimCheck.Facts(root.word(0), time(root.small(2)), claimed, now());
    }

    /** By the chain's clock, which its contracts go by. */
    public Instant now() throws RpcException {
        return chain.head().time();
    }

    private static Instant time(long seconds) throws RpcException {
        try {
            return Instant.ofEpochSecond(seconds);
        } catch (DateTimeException e) {
            throw new RpcException("the contract answers something else where a time belongs");
        }
    }

    private static <E> E one(E[] values, long number) throws RpcException {
        if (number >= values.length) {
            throw new RpcException("the contract answers a state that is not known here");
        }
        return values[(int) number];
    }

    private static org.web3j.abi.datatypes.Address of(Address address) {
        return new org.web3j.abi.datatypes.Address(address.text());
    }

    private static Uint256 number(long number) {
        return new Uint256(BigInteger.valueOf(number));
    }
}
