package io.pithead.coordinator.chain;

import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.signing.Address;
import java.math.BigInteger;
import java.util.Map;
import org.web3j.abi.datatypes.generated.Uint256;

/** A development chain with our contracts, which other components' tests settle on; it moves when a test says so. */
public final class DevChainRig implements AutoCloseable {
    private static final BigInteger ETHER = BigInteger.TEN.pow(18);
    private static final long GAS = 500_000;

    private final ChainRig rig;
    private final Map<String, String> contracts;

    public DevChainRig(long chainId) throws Exception {
        rig = new ChainRig(chainId);
        contracts = rig.deployAll(100);
        read();
    }

    public TestDatabase rows() {
        return rig.database;
    }

    public KnownChains known() {
        return rig.known();
    }

    public ChainGateway gateway() {
        return rig.gateway;
    }

    public String at(String contract) {
        return contracts.getOrDefault(contract, "");
    }

    /** All that was asked for happens, is final and is read. */
    public void settle() throws Exception {
        rig.finish(rig.sender());
        read();
    }

    private void read() throws RpcException {
        rig.anvil.mine(ChainRig.CONFIRMATIONS + 1);
        ChainRig.read(rig.indexer());
    }

    /** By the operator's key. */
    public void call(String purpose, Intent intent) throws Exception {
        rig.ask(purpose, intent);
        settle();
    }

    public void mint(long minor) throws Exception {
        call(
                "mint/" + minor,
                Calls.call(
                        at("AiToken"),
                        "mint",
                        new org.web3j.abi.datatypes.Address(rig.key.address()),
                        new Uint256(minor)));
    }

    /** The chain's clock, not this machine's. */
    public void pass(long seconds) throws Exception {
        rig.anvil.tell("evm_increaseTime", seconds);
        rig.anvil.mine(1);
        read();
    }

    /** By a wallet of its own, with the gas that it needs, in a block at once. */
    public void send(String secret, Intent intent) throws Exception {
        var wallet = new SigningKey(org.web3j.crypto.Credentials.create(secret));
        rig.anvil.tell("anvil_setBalance", wallet.address(), "0x" + ETHER.toString(16));
        var offer = new io.pithead.coordinator.chain.core.FeePolicy.Offer(
                ChainRig.GWEI.multiply(BigInteger.TEN), ChainRig.GWEI);
        SigningKey.Signed signed = wallet.sign(rig.chainId, rig.anvil.count(wallet.address()), GAS, intent, offer);
        rig.anvil.ask("eth_sendRawTransaction", Hex.of(signed.raw()));
        read();
    }

    public BigInteger tokens(Address account) throws Exception {
        byte[] answer = known().read(
                        rig.chainId,
                        Calls.call(at("AiToken"), "balanceOf", new org.web3j.abi.datatypes.Address(account.text())));
        return new BigInteger(1, answer);
    }

    @Override
    public void close() throws Exception {
        rig.close();
    }
}
