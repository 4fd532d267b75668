package io.pithead.protocol.wallet;

import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.MerkleTree;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/**
 * The tree of rewards of one contract: what every account has earned since the beginning, each at its place for good. It is
 * kept from epoch to epoch and only what changed is hashed again; beside the tree's 64 bytes a leaf takes 36 for what is in
 * it, so that the file of all leaves and its digest come without a database. Not thread-safe.
 */
public final class RewardTree {
    private static final int AMOUNT = 16;
    private static final int FIRST = 16;
    private static final int DECIMALS = 6;
    private static final byte[] ZEROS = "0000000".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 1 << 16;
    private static final int LINE = 160;

    private final long chain;
    private final Address contract;
    private final MerkleTree tree;
    private byte[] accounts;
    private byte[] amounts;
    private BigInteger total = BigInteger.ZERO;

    /** @param contract {@code Rewards} */
    public RewardTree(long chain, Address contract) {
        this(chain, contract, new MerkleTree(), new byte[FIRST * Address.BYTES], new byte[FIRST * AMOUNT]);
    }

    private RewardTree(long chain, Address contract, MerkleTree tree, byte[] accounts, byte[] amounts) {
        this.chain = chain;
        this.contract = contract;
        this.tree = tree;
        this.accounts = accounts;
        this.amounts = amounts;
    }

    /** As it is now; what happens to one later does not happen to the other. */
    public RewardTree copy() {
        var copy = new RewardTree(chain, contract, tree.copy(), accounts.clone(), amounts.clone());
        copy.total = total;
        return copy;
    }

    public int size() {
        return tree.size();
    }

    /** Of all leaves. */
    public BigInteger total() {
        return total;
    }

    /**
     * @param index of a leaf that is there, or the next one's
     * @throws IllegalArgumentException when the place is another account's
     */
    public void set(int index, Address account, BigInteger cumulative) {
        if (cumulative.signum() < 0 || cumulative.bitLength() > AMOUNT * Byte.SIZE) {
            throw new IllegalArgumentException("no uint128: " + cumulative);
        }
        byte[] leaf = ContractMessages.rewardLeaf(chain, contract, account, cumulative);
        if (index == size()) {
            tree.add(leaf);
            makeRoom();
            System.arraycopy(account.bytes(), 0, accounts, index * Address.BYTES, Address.BYTES);
        } else {
            if (!account(index).equals(account)) {
                throw new IllegalArgumentException(
                        "leaf " + index + " is of " + account(index) + ", not of " + account);
            }
            tree.set(index, leaf);
            total = total.subtract(cumulative(index));
        }
        total = total.add(cumulative);
        byte[] bytes = cumulative.toByteArray();
        int digits = Math.min(bytes.length, AMOUNT);
        int end = (index + 1) * AMOUNT;
        Arrays.fill(amounts, end - AMOUNT, end, (byte) 0);
        System.arraycopy(bytes, bytes.length - digits, amounts, end - digits, digits);
    }

    private void makeRoom() {
        int leaves = amounts.length / AMOUNT;
        if (size() > leaves) {
            int more = Math.min(2 * leaves, MerkleTree.MAX_LEAVES);
            accounts = Arrays.copyOf(accounts, more * Address.BYTES);
            amounts = Arrays.copyOf(amounts, more * AMOUNT);
        }
    }

    public Address account(int index) {
        require(index);
        return Address.of(Arrays.copyOfRange(accounts, index * Address.BYTES, (index + 1) * Address.BYTES));
    }

    public BigInteger cumulative(int index) {
        require(index);
        return new BigInteger(1, amounts, index * AMOUNT, AMOUNT);
    }

    private void require(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException(index);
        }
    }

    /** @throws IllegalStateException when there is no leaf */
    public byte[] root() {
        return tree.root();
    }

    /** The siblings on the way to the root, from the leaf's on: what the contract wants with a claim. */
    public List<byte[]> proof(int index) {
        return tree.proof(index);
    }

    /** SHA-256 of the file of all leaves, which goes with a root onto the chain. */
    public byte[] leavesHash() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            write(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
            return sha256.digest();
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The file of all leaves: for each in its order what {@link #line} gives. */
    public void write(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int filled = 0;
        for (int index = 0; index < size(); index++) {
            if (filled > BUFFER - LINE) {
                out.write(buffer, 0, filled);
                filled = 0;
            }
            filled = put(buffer, filled, index);
        }
        out.write(buffer, 0, filled);
    }

    /** By hand, for a million lines: the same as {@link #line}, which a test holds it to. */
    private int put(byte[] buffer, int from, int index) {
        int at = put(buffer, from, "{\"index\":");
        at = put(buffer, at, Integer.toString(index));
        at = put(buffer, at, ",\"account\":\"");
        at = put(buffer, at, account(index).text());
        at = put(buffer, at, "\",\"cumulative\":\"");
        String minor = cumulative(index).toString();
        int whole = minor.length() - DECIMALS;
        if (whole > 0) {
            at = put(buffer, at, minor.substring(0, whole));
        } else {
            buffer[at++] = '0';
        }
        buffer[at++] = '.';
        if (whole < 0) {
            System.arraycopy(ZEROS, 0, buffer, at, -whole);
            at -= whole;
        }
        at = put(buffer, at, minor.substring(Math.max(0, whole)));
        return put(buffer, at, "\"}\n");
    }

    @SuppressWarnings("deprecation")
    private static int put(byte[] buffer, int at, String ascii) {
        ascii.getBytes(0, ascii.length(), buffer, at);
        return at + ascii.length();
    }

    /** One line of the file of all leaves. */
    public static byte[] line(Leaf leaf) {
        return (Json.text(leaf) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
