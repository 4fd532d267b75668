package io.pithead.coordinator.chain;

import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** A real chain with all our contracts, for tests of other components. The one key is operator, provider and validator. */
public final class DeployedChain implements AutoCloseable {
    private static final long FAR = 4_000_000_000L;

    private final ChainRig rig;
    private final KnownChains known;
    private final Indexer indexer;
    private int asked;

    public DeployedChain(long chainId) throws Exception {
        rig = new ChainRig(chainId);
        rig.deployAll(10);
        known = rig.known();
        indexer = rig.indexer();
        read();
    }

    public TestDatabase rows() {
        return rig.database;
    }

    public KnownChains known() {
        return known;
    }

    public KnownChains.Known here() {
        return known.find(rig.chainId).orElseThrow();
    }

    public ChainGateway gateway() {
        return rig.gateway;
    }

    public Address operator() {
        return new Address(rig.key.address());
    }

    /** All that was asked is done and final, and read. */
    public void settle() throws Exception {
        rig.finish(rig.sender());
        rig.anvil.mine(ChainRig.CONFIRMATIONS + 1);
        read();
    }

    private void read() throws Exception {
        for (int i = 0; indexer.round(); i++) {
            if (i > 400) {
                throw new AssertionError("the indexer does not end");
            }
        }
    }

    /** Up to the newest block, final or not. */
    public void look() throws Exception {
        read();
    }

    /** Others in place of the newest blocks. */
    public void reorganise(int depth) throws Exception {
        rig.anvil.reorganise(depth);
        read();
    }

    /** As an operator has it done. */
    public void readAgain() throws Exception {
        rig.database.database().doInTransaction(connection -> new IndexStore(rig.chainId).reindex(connection));
        read();
    }

    /** By the operator's key. */
    public void call(String contract, String function, Type<?>... arguments) {
        rig.ask("test/" + asked++, Calls.call(here().address(contract), function, arguments));
    }

    /** By a key that the chain only lends: what somebody else's wallet does. */
    public void callAs(Address account, String contract, String function, Type<?>... arguments) throws Exception {
        Intent intent = Calls.call(here().address(contract), function, arguments);
        rig.anvil.tell("anvil_setBalance", account.text(), "0x56bc75e2d63100000");
        rig.anvil.tell("anvil_impersonateAccount", account.text());
        rig.anvil.ask(
                "eth_sendTransaction",
                Map.of(
                        "from",
                        account.text(),
                        "to",
                        String.valueOf(intent.target()),
                        "data",
                        Hex.of(intent.data()),
                        "gas",
                        "0xf4240"));
        rig.anvil.mine(1);
    }

    /** With tokens, and a stake for so many nodes. */
    public void provider(int nodes) throws Exception {
        call("AiToken", "mint", at(operator().text()), new Uint256(1_000_000_000_000L));
        call("AiToken", "approve", at(here().address("ProviderRegistry")), new Uint256(1_000_000_000L));
        call("ProviderRegistry", "register", new Uint256(100_000_000L + nodes * 50_000_000L));
        call("ProviderRegistry", "whitelist", at(operator().text()));
        settle();
    }

    /** Registered by the provider, and approved by the one validator. */
    public void node(WalletKey node) throws Exception {
        var terms = new ContractMessages.RegistrationTerms(
                rig.chainId,
                new Address(here().address("ComputeNodes")),
                operator(),
                node.address(),
                BigInteger.ZERO,
                FAR);
        call(
                "ComputeNodes",
                "register",
                at(node.address().text()),
                new Utf8String("https://example.org/node.json"),
                new Uint256(FAR),
                new DynamicBytes(node.sign(ContractMessages.registration(terms)).bytes()));
        settle();
        rig.ask(
                "test/" + asked++,
                OperatorCalls.vote(
                        here(), node.address().text(), BigInteger.ONE, OperatorCalls.Verdict.APPROVED, "it works"));
        settle();
    }

    /** From now on the chain's clock is further ahead of ours. */
    public void hurry(Duration time) throws Exception {
        rig.anvil.ask("evm_increaseTime", time.toSeconds());
        settle();
    }

    public long stuck() {
        return rig.database.number(
                "select count(*) from chain_transaction where state in ('REVERTED', 'REFUSED', 'LOST')");
    }

    /** What went wrong last, if anything did. */
    public String error() {
        return rig.database.text(
                "select coalesce(max(purpose || ': ' || error), 'none') from chain_transaction where error is not null");
    }

    private static org.web3j.abi.datatypes.Address at(String address) {
        return new org.web3j.abi.datatypes.Address(address);
    }

    @Override
    public void close() throws Exception {
        rig.close();
    }
}
