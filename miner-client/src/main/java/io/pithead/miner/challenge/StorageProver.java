package io.pithead.miner.challenge;

import com.sun.nio.file.ExtendedOpenOption;
import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to one challenge for storage: its pages in a file, and 64 bytes for each in the tree. The file loses its name as soon as it
 * is open, so that it goes with its process, however that ends. It is forced to the disk before the commitment; what is opened is
 * read past the system's cache where the file system can do that.
 */
public final class StorageProver implements Proof, AutoCloseable {
    static final String NAME = "pages";
    /** Of what is free, the file takes no more than this part. */
    private static final int ROOM = 2;

    private final Challenge challenge;
    final FileChannel file;
    private final FileChannel readBack;
    private final RowTree tree;

    private StorageProver(Challenge challenge, FileChannel file, FileChannel readBack, RowTree tree) {
        this.challenge = challenge;
        this.file = file;
        this.readBack = readBack;
        this.tree = tree;
    }

    /** Writes and hashes: interrupting it stops it. */
    public static StorageProver commit(Challenge challenge, Path folder, Prover.Progress progress)
            throws IOException, InterruptedException {
        if (Files.getFileStore(folder).getUsableSpace() / ROOM < (long) challenge.leaves() * MemoryPages.BYTES) {
            throw new IOException("too little room for a file of " + challenge.size() + " MiB");
        }
        Path path = folder.resolve(NAME);
        FileChannel file = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileChannel readBack = file;
        try {
            readBack = pastTheCache(path, file);
            Files.delete(path);
            byte[] leaves = write(challenge, file, progress);
            file.force(true);
            return new StorageProver(challenge, file, readBack, new RowTree(leaves));
        } catch (IOException | InterruptedException | RuntimeException e) {
            readBack.close();
            file.close();
            throw e;
        }
    }

    /** A second way to the same file; the same one where there is none past the cache, as in a file system of memory. */
    private static FileChannel pastTheCache(Path path, FileChannel file) throws IOException {
        if (MemoryPages.BYTES % Files.getFileStore(path).getBlockSize() != 0) {
            return file;
        }
        try {
            return FileChannel.open(path, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
        } catch (IOException | UnsupportedOperationException e) {
            return file;
        }
    }

    private static byte[] write(Challenge challenge, FileChannel file, Prover.Progress progress)
            throws IOException, InterruptedException {
        var memory = new MemoryPages(challenge);
        MessageDigest sha256 = Digests.sha256();
        byte[] leaves = new byte[challenge.leaves() * RowTree.HASH];
        ByteBuffer mib = ByteBuffer.allocateDirect(MemoryPages.PER_MIB * MemoryPages.BYTES);
        ByteBuffer one = ByteBuffer.allocateDirect(MemoryPages.BYTES);
        for (int page = 0; page < challenge.leaves(); page++) {
            int first = page / MemoryPages.PER_MIB * MemoryPages.PER_MIB;
            byte[] made = MemoryPages.bytes(
                    memory.make(page, (sum, earlier) -> {
                        byte[] bytes = earlier >= first ? inMib(mib, earlier - first) : read(file, one, earlier);
                        MemoryPages.add(sum, MemoryPages.page(bytes), 0);
                    }),
                    0);
            mib.put(made);
            System.arraycopy(RowTree.leaf(sha256, page, made), 0, leaves, page * RowTree.HASH, RowTree.HASH);
            if (!mib.hasRemaining()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                mib.flip();
                while (mib.hasRemaining()) {
                    file.write(mib);
                }
                mib.clear();
                progress.done(page / MemoryPages.PER_MIB + 1, challenge.size());
            }
        }
        return leaves;
    }

    private static byte[] inMib(ByteBuffer mib, int page) {
        byte[] bytes = new byte[MemoryPages.BYTES];
        mib.get(page * MemoryPages.BYTES, bytes);
        return bytes;
    }

    /** @param buffer of a page, at an address that the file system takes */
    private static byte[] read(FileChannel from, ByteBuffer buffer, int page) {
        try {
            buffer.clear();
            while (buffer.hasRemaining()) {
                if (from.read(buffer, (long) page * MemoryPages.BYTES + buffer.position()) < 0) {
                    throw new EOFException("the file ends before page " + page);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = new byte[MemoryPages.BYTES];
        buffer.get(0, bytes);
        return bytes;
    }

    @Override
    public Commitment commitment() {
        return new Commitment(challenge.id(), challenge.digest(), HexFormat.of().formatHex(tree.root()), null);
    }

    @Override
    public Opening open(Question question) {
        int[] asked = Asked.rows(challenge, question);
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * MemoryPages.BYTES)
                .alignedSlice(MemoryPages.BYTES)
                .limit(MemoryPages.BYTES)
                .slice();
        Map<Integer, byte[]> pages = new TreeMap<>();
        MemoryPages.Held held = (sum, page) -> MemoryPages.add(
                sum, MemoryPages.page(pages.computeIfAbsent(page, any -> read(readBack, buffer, page))), 0);
        var opened = new ArrayList<OpenedRow>();
        for (int page : MemoryPages.opened(asked, page -> true, held).orElseThrow()) {
            byte[] values = pages.computeIfAbsent(page, any -> read(readBack, buffer, page));
            byte[] leaf = RowTree.leaf(Digests.sha256(), page, values);
            if (!RowTree.holds(tree.root(), challenge.leaves(), page, leaf, tree.path(page))) {
                throw new ArithmeticException("page " + page + " is not what was written");
            }
            opened.add(OpenedRow.of(page, values, tree));
        }
        check(asked, held, pages);
        return new Opening(challenge.id(), question.digest(), opened, null);
    }

    /** As the validator will. */
    private void check(int[] asked, MemoryPages.Held held, Map<Integer, byte[]> pages) {
        var memory = new MemoryPages(challenge);
        for (int page : asked) {
            if (!Arrays.equals(MemoryPages.bytes(memory.make(page, held), 0), pages.get(page))) {
                throw new ArithmeticException("page " + page + " came out otherwise a second time");
            }
        }
    }

    @Override
    public void close() throws IOException {
        readBack.close();
        file.close();
    }
}
