package io.pithead.miner.bridge;

import io.pithead.miner.bridge.core.DataPath;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/** Opens what a container names in its {@code /data}: from folder to folder, each opened in the last one, and never by a link. */
public final class DataFiles {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private DataFiles() {}

    /**
     * The container holds still meanwhile: what was a file a moment ago could otherwise be a pipe when it is opened, and whoever
     * opens a pipe waits for its other end.
     */
    public static SeekableByteChannel open(Path data, DataPath path) throws Refused {
        List<String> names = path.names();
        try (DirectoryStream<Path> root = Files.newDirectoryStream(data)) {
            if (!(root instanceof SecureDirectoryStream<Path> secure)) {
                throw new Refused(Code.UNAVAILABLE, "this system opens no files safely");
            }
            return open(secure, names);
        } catch (NoSuchFileException e) {
            throw new Refused(Code.NOT_FOUND, "there is no such file");
        } catch (NotDirectoryException e) {
            throw notPlain();
        } catch (AccessDeniedException e) {
            throw new Refused(Code.UNAVAILABLE, "the miner may not read it");
        } catch (FileSystemException e) {
            // a link where none is followed
            throw notPlain();
        } catch (IOException e) {
            throw new Refused(Code.UNAVAILABLE, "the file cannot be opened");
        }
    }

    private static SeekableByteChannel open(SecureDirectoryStream<Path> folder, List<String> names)
            throws IOException, Refused {
        Path name = Path.of(names.getFirst());
        BasicFileAttributes found = folder.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        if (names.size() > 1) {
            if (!found.isDirectory()) {
                throw notPlain();
            }
            try (SecureDirectoryStream<Path> next = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                return open(next, names.subList(1, names.size()));
            }
        }
        if (!found.isRegularFile()) {
            throw notPlain();
        }
        return folder.newByteChannel(name, READ);
    }

    private static Refused notPlain() {
        return new Refused(Code.INVALID_PATH, "not a plain file, or not below plain folders");
    }
}
