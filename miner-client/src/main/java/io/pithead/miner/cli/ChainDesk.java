package io.pithead.miner.cli;

import io.pithead.miner.chain.Chain;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.Sender;
import io.pithead.miner.chain.Transaction;
import io.pithead.miner.chain.Transactions;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.config.OwnerConfig;
import io.pithead.protocol.signing.WalletKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a command on the chain works with, and what it has done so far. */
final class ChainDesk {
    final OwnerConfig config;
    final Network network;
    final Contracts contracts;
    final Transactions transactions;
    private final Sender sender;
    private final List<Sender.Done> done = new ArrayList<>();
    private Optional<String> resumed = Optional.empty();

    ChainDesk(OwnerConfig config, Network network, Chain chain, Sender.Progress progress, java.time.Duration patience) {
        this.config = config;
        this.network = network;
        contracts = new Contracts(chain, network);
        transactions = new Transactions(network, contracts);
        sender = new Sender(chain, config.workDir(), config.chain().maxFeeWei(), patience, progress);
    }

    /** What an earlier start left on its way comes first. */
    void resume() throws ChainException, InterruptedException {
        sender.resume().ifPresent(earlier -> {
            done.add(earlier);
            resumed = Optional.of(earlier.purpose());
        });
    }

    /** Whether the earlier start's transaction was this one: then it is done. */
    boolean isResumed(Transaction transaction) {
        return resumed.filter(transaction.purpose()::equals).isPresent();
    }

    /** Sends it, unless an earlier start did. */
    void send(WalletKey key, Transaction transaction) throws ChainException, InterruptedException {
        if (isResumed(transaction)) {
            resumed = Optional.empty();
            return;
        }
        done.add(sender.send(key, transaction));
    }

    List<Map<String, Object>> sent() {
        return done.stream()
                .map(one -> {
                    Map<String, Object> document = new LinkedHashMap<>();
                    document.put("purpose", one.purpose());
                    document.put("hash", one.hash());
                    document.put("block", one.block());
                    return document;
                })
                .toList();
    }
}
