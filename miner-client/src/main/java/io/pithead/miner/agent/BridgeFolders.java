package io.pithead.miner.agent;

import io.pithead.protocol.id.Ids;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** The folders with the containers' sockets. A container sees its own alone, and cannot write there. */
final class BridgeFolders {
    private final Path root;
    private final int group;

    BridgeFolders(Path root, int group) throws IOException {
        Disk.createPrivate(root);
        this.root = root.toRealPath();
        this.group = group;
    }

    int group() {
        return group;
    }

    /** Always the same one for a container: it has it mounted for as long as it is there. */
    synchronized Path provide(UUID job) throws IOException {
        Path folder = root.resolve(job.toString());
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
            Files.setAttribute(folder, "unix:gid", group);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        }
        return folder;
    }

    synchronized void remove(UUID job) throws IOException {
        Disk.deleteTree(root.resolve(job.toString()));
    }

    /** Those of containers that nobody holds any more go. */
    synchronized void keepOnly(Set<UUID> jobs) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
            for (Path folder : folders) {
                if (Ids.parse(String.valueOf(folder.getFileName()))
                        .filter(jobs::contains)
                        .isEmpty()) {
                    Disk.deleteTree(folder);
                }
            }
        }
    }
}
