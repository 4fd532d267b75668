package io.pithead.miner.agent;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A container's folder as a tar stream and back. Files, folders and links are kept; a link is never followed, neither way. What
 * is read back was packed by a stranger's machine: whatever could leave the folder, or fill more than it says, refuses the whole.
 */
final class DataTar {
    private static final int MAX_ENTRIES = 1_000_000;
    private static final int MAX_DEPTH = 256;
    private static final int MAX_NAME = 4_096;
    /** Of one entry: its names may be long, but no stranger fills the memory with them. */
    private static final long MAX_HEADER = 64 * 1024;

    private static final int PERMISSIONS = 0777;
    private static final int OWNER_SHIFT = 3;

    private DataTar() {}

    /** The same content gives the same bytes. Nothing may change in the folder meanwhile. */
    static void pack(Path folder, OutputStream out) throws IOException {
        var tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        packAll(folder, folder, 0, tar);
        tar.finish();
        tar.flush();
    }

    private static void packAll(Path root, Path folder, int depth, TarArchiveOutputStream tar) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("its folders are deeper than " + MAX_DEPTH);
        }
        var entries = new ArrayList<Path>();
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder)) {
            listing.forEach(entries::add);
        }
        entries.sort(Comparator.comparing(Path::toString));
        for (Path path : entries) {
            pack(root, path, depth, tar);
        }
    }

    private static void pack(Path root, Path path, int depth, TarArchiveOutputStream tar) throws IOException {
        String name = root.relativize(path).toString();
        if (!root.resolve(name).equals(path)) {
            throw new IOException("a file's name is in no encoding that could be kept");
        }
        Map<String, Object> facts = Files.readAttributes(path, "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            TarArchiveEntry entry = entry(name + "/", TarConstants.LF_DIR, path, facts);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
            packAll(root, path, depth + 1, tar);
        } else if (Files.isSymbolicLink(path)) {
            TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK, path, facts);
            entry.setLinkName(Files.readSymbolicLink(path).toString());
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL, path, facts);
            entry.setSize(((Number) facts.getOrDefault("size", 0L)).longValue());
            tar.putArchiveEntry(entry);
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                in.transferTo(tar);
            }
            tar.closeArchiveEntry();
        }
        // sockets and pipes are of the programs that run; the next ones make their own
    }

    private static TarArchiveEntry entry(String name, byte type, Path path, Map<String, Object> facts)
            throws IOException {
        var entry = new TarArchiveEntry(name, type);
        entry.setMode((Integer) facts.getOrDefault("mode", 0) & PERMISSIONS);
        entry.setUserId((Integer) facts.getOrDefault("uid", 0));
        entry.setGroupId((Integer) facts.getOrDefault("gid", 0));
        entry.setModTime(FileTime.from(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .truncatedTo(ChronoUnit.SECONDS)));
        return entry;
    }

    /**
     * @param into an empty folder that nobody else writes to
     * @param group gets what the owner of each file may
     * @param owners whether files can be given to the users that had them
     */
    static void unpack(InputStream in, Path into, int group, boolean owners) throws IOException {
        var budget = new Budget(in);
        var tar = new TarArchiveInputStream(budget, StandardCharsets.UTF_8.name());
        var folders = new ArrayList<Map.Entry<Path, TarArchiveEntry>>();
        for (int count = 1; ; count++) {
            budget.allow(MAX_HEADER);
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null) {
                break;
            }
            if (count > MAX_ENTRIES) {
                throw new IOException("it holds more than " + MAX_ENTRIES + " files");
            }
            Path path = place(into, entry.getName());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else if (entry.isDirectory()) {
                Files.createDirectory(path);
                folders.add(Map.entry(path, entry));
            } else if (isPlainFile(entry)) {
                budget.allow(entry.getSize() + MAX_HEADER);
                try (OutputStream out = Files.newOutputStream(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                    tar.transferTo(out);
                }
                dress(path, entry, group, owners);
            } else {
                throw new IOException("it holds something that is no file, folder or link: " + plain(entry.getName()));
            }
        }
        // the innermost first: an owner without the right to write could not have been given more
        for (Map.Entry<Path, TarArchiveEntry> folder : folders.reversed()) {
            dress(folder.getKey(), folder.getValue(), group, owners);
        }
    }

    private static boolean isPlainFile(TarArchiveEntry entry) {
        return entry.isFile()
                && !entry.isLink()
                && !entry.isSparse()
                && !entry.isCharacterDevice()
                && !entry.isBlockDevice()
                && !entry.isFIFO()
                && (entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM);
    }

    /** Every part of the way there must be a folder that was made here: then no link can lead out. */
    private static Path place(Path into, String name) throws IOException {
        String bare = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        String[] parts = bare.split("/", -1);
        boolean odd = bare.isEmpty()
                || bare.length() > MAX_NAME
                || bare.indexOf('\0') >= 0
                || parts.length > MAX_DEPTH
                || List.of(parts).stream().anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (odd) {
            throw new IOException("it holds a file with a name that leads elsewhere: " + plain(name));
        }
        Path path = into;
        for (int i = 0; i < parts.length - 1; i++) {
            path = path.resolve(parts[i]);
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("it holds a file in what is no folder: " + plain(name));
            }
        }
        return path.resolve(parts[parts.length - 1]);
    }

    private static void dress(Path path, TarArchiveEntry entry, int group, boolean owners) throws IOException {
        if (owners) {
            Files.setAttribute(path, "unix:uid", (int) Math.clamp(entry.getLongUserId(), 0, Integer.MAX_VALUE));
            Files.setAttribute(path, "unix:gid", group);
        }
        int owner = entry.getMode() >> (2 * OWNER_SHIFT) & 7;
        Files.setPosixFilePermissions(path, permissions(entry.getMode() | owner << OWNER_SHIFT));
        Files.setLastModifiedTime(path, entry.getLastModifiedTime());
    }

    /** Nothing but these nine: what runs as another than who starts it has no place in a folder that strangers pack. */
    private static Set<PosixFilePermission> permissions(int mode) {
        var granted = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((mode & (1 << (all.length - 1 - i))) != 0) {
                granted.add(all[i]);
            }
        }
        return granted;
    }

    private static String plain(String name) {
        String clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 100 ? clean.substring(0, 100) : clean;
    }

    /** Gives so many bytes and then fails. */
    private static final class Budget extends FilterInputStream {
        private long left;

        Budget(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left <= 0 && length > 0) {
                throw new IOException("it says that it is smaller than it is");
            }
            int count = in.read(bytes, from, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = in.skip(Math.min(bytes, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
