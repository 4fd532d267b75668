package io.pithead.miner.workload;

import io.pithead.miner.config.TorchConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Finds PyTorch's libraries for the children: the owner's folder, or the archive inside our own jar, unpacked once into
 * the work folder. Nothing is ever downloaded.
 */
public final class TorchNatives {
    /** The version that the JNI library in our jar was built for. */
    static final String VERSION = "2.7.1";

    private static final String ARCHIVE = "/natives/pytorch-linux-x86_64.jar";
    private static final String PLATFORM = "linux-x86_64";
    private static final int MAX_FILES = 32;

    private TorchNatives() {}

    /**
     * The environment that makes a child find the libraries.
     *
     * @param cache a folder of ours, kept between runs
     */
    public static Map<String, String> environment(TorchConfig config, Path cache) throws IOException {
        if (config.natives().isPresent()) {
            return environment(config.natives().get(), config.flavor(), cache);
        }
        try (InputStream archive = TorchNatives.class.getResourceAsStream(ARCHIVE)) {
            if (archive == null || !isThisPlatform()) {
                throw new IOException("no PyTorch libraries for this machine are built in: set TORCH_NATIVES");
            }
            return environment(unpack(archive, cache), "cpu", cache);
        }
    }

    private static Map<String, String> environment(Path libraries, String flavor, Path cache) throws IOException {
        Path engine = cache.resolve("djl");
        // where DJL puts its JNI library; it does not make the folder itself
        Files.createDirectories(engine.resolve("pytorch").resolve(VERSION + "-" + flavor + "-" + PLATFORM));
        var environment = new LinkedHashMap<String, String>();
        environment.put("PYTORCH_LIBRARY_PATH", libraries.toString());
        environment.put("PYTORCH_VERSION", VERSION);
        environment.put("PYTORCH_FLAVOR", flavor);
        environment.put("DJL_CACHE_DIR", engine.toString());
        environment.put("ENGINE_CACHE_DIR", engine.toString());
        environment.put("DJL_OFFLINE", "true");
        environment.put("OPT_OUT_TRACKING", "true");
        return environment;
    }

    private static boolean isThisPlatform() {
        String arch = System.getProperty("os.arch");
        return System.getProperty("os.name").equals("Linux") && (arch.equals("amd64") || arch.equals("x86_64"));
    }

    private static Path unpack(InputStream archive, Path cache) throws IOException {
        Path done = cache.resolve("torch-" + VERSION + "-cpu");
        if (Files.isDirectory(done)) {
            return done;
        }
        Path partial = Files.createTempDirectory(Files.createDirectories(cache), "torch-");
        try (var zip = new ZipInputStream(archive)) {
            int files = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (name.matches("lib[A-Za-z0-9_.+-]+\\.so[0-9.]*") && files++ < MAX_FILES) {
                    Files.copy(zip, partial.resolve(name));
                }
            }
        }
        Files.move(partial, done, StandardCopyOption.ATOMIC_MOVE);
        return done;
    }
}
