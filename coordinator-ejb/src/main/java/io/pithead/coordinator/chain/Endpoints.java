package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.chain.core.Failover;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.web3j.crypto.Hash;

/**
 * The nodes of one chain, as one loop sees them. A node is asked whether it is of the chain and has its contracts before
 * it is believed, at first and after each of its failures. Not thread-safe, but for {@link #problems()}.
 */
final class Endpoints implements Rpc {
    private static final Logger LOG = System.getLogger(Endpoints.class.getName());

    private final String chain;
    private final List<Rpc> peers;
    private final Identity identity;
    private final InstantSource clock;
    private final Runnable onError;
    private final boolean[] known;
    private volatile Failover failover;
    private int current;
    private boolean lost;

    /**
     * What a node must show.
     *
     * @param codeHashes of contracts by their addresses
     */
    record Identity(long chainId, Map<String, String> codeHashes) {
        Identity {
            codeHashes = Map.copyOf(codeHashes);
        }
    }

    Endpoints(String chain, List<? extends Rpc> peers, Identity identity, InstantSource clock, Runnable onError) {
        this.chain = chain;
        this.peers = List.copyOf(peers);
        this.identity = identity;
        this.clock = clock;
        this.onError = onError;
        this.known = new boolean[peers.size()];
        this.failover = Failover.of(peers.size());
    }

    @Override
    public List<Answer> call(List<Call> calls) throws RpcException {
        Instant now = clock.instant();
        for (OptionalInt next = failover.choose(now); next.isPresent(); next = failover.choose(now)) {
            current = next.getAsInt();
            try {
                List<Answer> answers = ask(current, calls);
                found();
                return answers;
            } catch (RpcException e) {
                distrust(String.valueOf(e.getMessage()));
            }
        }
        throw missing();
    }

    private List<Answer> ask(int peer, List<Call> calls) throws RpcException {
        if (!known[peer]) {
            identify(peers.get(peer));
            known[peer] = true;
        }
        List<Answer> answers = peers.get(peer).call(calls);
        if (failover.peers().get(peer).failures() > 0) {
            failover = failover.answered(peer);
        }
        return answers;
    }

    private void identify(Rpc peer) throws RpcException {
        var calls = new ArrayList<Call>();
        calls.add(Call.of("eth_chainId"));
        List<String> addresses =
                identity.codeHashes().keySet().stream().sorted().toList();
        addresses.forEach(address -> calls.add(Call.of("eth_getCode", address, "latest")));
        List<Answer> answers = peer.call(calls);
        long chainId = Hex.number(answers.getFirst().orThrow());
        if (chainId != identity.chainId()) {
            throw new RpcException("it is of chain " + chainId + ", not of " + identity.chainId());
        }
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i);
            JsonNode code = answers.get(i + 1).orThrow();
            String hash = Hex.of(Hash.sha3(Hex.bytes(code)));
            if (!hash.equals(identity.codeHashes().get(address))) {
                throw new RpcException("the code at " + address + " is not the contract's that is expected there");
            }
        }
    }

    /** The node that answered last is left in peace for a while. */
    void distrust(String reason) {
        onError.run();
        known[current] = false;
        failover = failover.failed(current, clock.instant(), reason);
    }

    /** Why nodes are not asked just now, by their place in the list. */
    List<String> problems() {
        return failover.peers().stream().map(Failover.Peer::reason).toList();
    }

    private void found() {
        if (lost) {
            lost = false;
            LOG.log(Level.INFO, () -> "chain.back chain=" + chain + " node=" + current);
        }
    }

    private RpcException missing() {
        String reasons = String.join("; ", problems());
        if (!lost) {
            lost = true;
            LOG.log(Level.WARNING, () -> "chain.lost chain=" + chain + " reasons=" + reasons);
        }
        return new RpcException("no node of the chain can be asked: " + reasons);
    }
}
