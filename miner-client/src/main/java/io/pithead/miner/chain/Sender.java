package io.pithead.miner.chain;

import io.pithead.miner.chain.SentFile.Sent;
import io.pithead.miner.chain.core.Fees;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;

/**
 * Sends one transaction at a time and waits until it is in a block. What is sent is on disk before: a start that was killed is
 * gone on with by the next, with the same bytes, so that nothing is sent twice.
 */
public final class Sender {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SAY = Duration.ofSeconds(15);

    private final Chain chain;
    private final SentFile file;
    private final BigInteger maxFeeWei;
    private final Duration patience;
    private final Progress progress;
    private final ContractErrors errors = new ContractErrors();

    /** Tells the owner what goes on. */
    public interface Progress {
        void say(String line);
    }

    /** What became of a transaction. */
    public record Done(String purpose, String hash, long block) {}

    /** @param patience how long a transaction is waited for */
    public Sender(Chain chain, Path workDir, BigInteger maxFeeWei, Duration patience, Progress progress) {
        this.chain = chain;
        this.file = new SentFile(workDir);
        this.maxFeeWei = maxFeeWei;
        this.patience = patience;
        this.progress = progress;
    }

    /** Goes on with what an earlier start left on its way; empty when there is nothing. */
    public Optional<Done> resume() throws ChainException, InterruptedException {
        Optional<Sent> left = file.read();
        if (left.isEmpty()) {
            return Optional.empty();
        }
        Sent sent = left.get();
        if (sent.chain() != chain.id()) {
            throw new ChainException("the transaction " + sent.hash() + " of an earlier start is on its way on chain "
                    + sent.chain() + ": finish it first, with a node of that chain in CHAIN_RPC");
        }
        progress.say("an earlier start sent the transaction " + sent.hash() + " (" + sent.purpose() + ")");
        if (isOvertaken(sent)) {
            file.clear();
            progress.say("another transaction of the same key took its place: it did not come about");
            return Optional.empty();
        }
        return Optional.of(await(sent));
    }

    /** Its number is used up, and not by it. Looked at twice: nodes know a block before they know what is in it. */
    private boolean isOvertaken(Sent sent) throws RpcException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            if (chain.mined(sender(sent)) <= sent.nonce()
                    || chain.receipt(sent.hash()).isPresent()) {
                return false;
            }
            Thread.sleep(POLL.toMillis());
        }
        return true;
    }

    public Done send(WalletKey key, Transaction transaction) throws ChainException, InterruptedException {
        if (file.read().isPresent()) {
            throw new IllegalStateException("the one before is not settled");
        }
        Sent sent = signed(key, transaction);
        file.write(sent);
        progress.say("transaction " + sent.hash() + " (" + sent.purpose() + ")");
        return await(sent);
    }

    private Sent signed(WalletKey key, Transaction transaction) throws ChainException {
        Address from = key.address();
        long gas = gas(from, transaction);
        Fees.Offer.Pay offer = offer();
        BigInteger most = offer.maxFee().multiply(BigInteger.valueOf(gas));
        BigInteger coins = chain.coins(from);
        if (coins.compareTo(most) < 0) {
            throw new ChainException(
                    from.checksummed() + " holds " + Fees.coins(coins) + " of the chain's coin, and gas may cost up to "
                            + Fees.coins(most) + ": send it some. Nothing was sent");
        }
        long nonce = chain.pending(from);
        byte[] raw = TransactionEncoder.signMessage(
                RawTransaction.createTransaction(
                        chain.id(),
                        BigInteger.valueOf(nonce),
                        BigInteger.valueOf(gas),
                        transaction.to().text(),
                        BigInteger.ZERO,
                        transaction.data(),
                        offer.tip(),
                        offer.maxFee()),
                Credentials.create(ECKeyPair.create(key.bytes())));
        progress.say("gas: at most " + Fees.coins(most) + " of the chain's coin");
        return new Sent(
                chain.id(), from.text(), nonce, Hex.text(Keccak.digest(raw)), Hex.text(raw), transaction.purpose());
    }

    private long gas(Address from, Transaction transaction) throws ChainException {
        try {
            return Fees.limit(chain.estimate(from, transaction.to(), transaction.data()));
        } catch (RpcException e) {
            throw e.isOfTheContract() ? new ChainException(errors.explain(e) + ". Nothing was sent") : e;
        } catch (IllegalArgumentException e) {
            throw new ChainException(e.getMessage() + ": a node of CHAIN_RPC lies. Nothing was sent");
        }
    }

    private Fees.Offer.Pay offer() throws ChainException {
        return switch (Fees.offer(chain.head().baseFee(), chain.tip(), maxFeeWei)) {
            case Fees.Offer.Pay pay -> pay;
            case Fees.Offer.TooDear dear ->
                throw new ChainException("gas costs " + Fees.gwei(dear.neededWei())
                        + " gwei now, more than CHAIN_MAX_FEE_GWEI=" + Fees.gwei(maxFeeWei)
                        + " allows: try again later, or raise it. Nothing was sent");
        };
    }

    /** Once it may be on its way, no error of a node ends the waiting before its time. */
    private Done await(Sent sent) throws ChainException, InterruptedException {
        byte[] raw = HexFormat.of().parseHex(sent.raw().substring(2));
        long deadline = System.nanoTime() + patience.toNanos();
        long sayAt = System.nanoTime();
        while (true) {
            Optional<Receipt> receipt = receipt(sent);
            if (receipt.isPresent()) {
                return settled(sent, receipt.get());
            }
            if (System.nanoTime() >= sayAt) {
                give(sent, raw);
                progress.say("waiting for a block");
                sayAt = System.nanoTime() + SAY.toNanos();
            }
            if (System.nanoTime() > deadline) {
                throw new PendingException(sent.hash());
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private Optional<Receipt> receipt(Sent sent) {
        try {
            return chain.receipt(sent.hash());
        } catch (RpcException e) {
            progress.say("the chain does not answer: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Again and again, which is the same transaction. */
    private void give(Sent sent, byte[] raw) throws ChainException, InterruptedException {
        switch (chain.send(raw)) {
            case Chain.Sent.Taken taken -> {}
            case Chain.Sent.Unknown unknown -> progress.say("no node is known to have it yet: " + unknown.why());
            case Chain.Sent.Refused refused -> refused(sent, refused.why());
        }
    }

    /** Only what no block and no pool contradicts is a refusal: a node refuses what it has in a block as well. */
    private void refused(Sent sent, String why) throws ChainException, InterruptedException {
        try {
            if (chain.receipt(sent.hash()).isPresent()) {
                return;
            }
            if (chain.pending(sender(sent)) <= sent.nonce()) {
                file.clear();
                throw new ChainException("the transaction was not taken: " + why + ". Nothing was sent");
            }
            if (isOvertaken(sent)) {
                file.clear();
                throw new ChainException("another transaction of the same key took its place: it did not come about");
            }
        } catch (RpcException e) {
            progress.say("the chain does not answer: " + e.getMessage());
        }
    }

    private static Address sender(Sent sent) {
        return new Address(sent.from());
    }

    private Done settled(Sent sent, Receipt receipt) throws ChainException {
        file.clear();
        if (receipt.succeeded()) {
            return new Done(sent.purpose(), sent.hash(), receipt.block());
        }
        throw new ChainException("the transaction " + sent.hash() + " failed in block " + receipt.block()
                + ": what it was to do did not happen (" + sent.purpose() + "). pithead-miner status shows what the"
                + " chain says");
    }
}
