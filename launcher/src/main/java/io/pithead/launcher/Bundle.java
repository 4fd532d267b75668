package io.pithead.launcher;

import fish.payara.micro.boot.loader.OpenURLClassLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The jars inside this jar, unpacked under a name that changes with them. */
final class Bundle {
    private static final String PREFIX = "bundle/";
    private static final String SERVER = "server/MICRO-INF/runtime";
    private static final int DIGEST_CHARS = 16;

    private final Path folder;

    private Bundle(Path folder) {
        this.folder = folder;
    }

    /** Unpacks what is not unpacked yet, and removes what other versions left. */
    static Bundle unpack(DataDirectory data) throws IOException {
        try (JarFile jar = new JarFile(ownJar().toFile())) {
            List<JarEntry> entries = jar.stream()
                    .filter(entry -> entry.getName().startsWith(PREFIX) && !entry.isDirectory())
                    .toList();
            if (entries.isEmpty()) {
                throw new IOException(ownJar() + " carries no bundle");
            }
            Path runtime = Files.createDirectories(data.resolve("runtime"));
            Path folder = runtime.resolve(digest(entries));
            if (!Files.isDirectory(folder)) {
                Path fresh = data.emptied("runtime/unpacking");
                for (JarEntry entry : entries) {
                    copy(jar, entry, fresh);
                }
                Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            removeOthers(runtime, folder);
            return new Bundle(folder);
        }
    }

    private static void copy(JarFile jar, JarEntry entry, Path fresh) throws IOException {
        Path target = fresh.resolve(entry.getName().substring(PREFIX.length())).normalize();
        if (!target.startsWith(fresh)) {
            throw new IOException("entry outside of the bundle: " + entry.getName());
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, target);
        }
    }

    private static void removeOthers(Path runtime, Path current) throws IOException {
        List<Path> others;
        try (Stream<Path> inside = Files.list(runtime)) {
            others = inside.filter(path -> !path.equals(current)).toList();
        }
        for (Path other : others) {
            DataDirectory.delete(other);
        }
    }

    /** Names, sizes and checksums of the jar's directory: enough to tell two builds apart without reading 200 MB. */
    private static String digest(List<JarEntry> entries) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (JarEntry entry : entries) {
                String line = entry.getName() + " " + entry.getSize() + " " + entry.getCrc() + "\n";
                sha256.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha256.digest()).substring(0, DIGEST_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path ownJar() throws IOException {
        try {
            return Path.of(Bundle.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    Path deployment(String name) {
        return folder.resolve("deploy").resolve(name);
    }

    /** A loader of the jars in one subfolder, over this launcher's own classes. */
    URLClassLoader loader(String name) throws IOException {
        return loader(name, Bundle.class.getClassLoader());
    }

    URLClassLoader loader(String name, ClassLoader parent) throws IOException {
        return new URLClassLoader(name, jars(name), parent);
    }

    /**
     * A loader of jars as stock Payara Micro makes one when it unpacks them: the folder itself is searched, too, for the
     * server takes its own resource adapters from there.
     */
    OpenURLClassLoader serverLoader() throws IOException {
        OpenURLClassLoader loader = new OpenURLClassLoader(jars(SERVER), Bundle.class.getClassLoader());
        loader.addURL(url(folder.resolve(SERVER)));
        return loader;
    }

    private URL[] jars(String name) throws IOException {
        try (Stream<Path> jars = Files.list(folder.resolve(name))) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .sorted()
                    .map(Bundle::url)
                    .toArray(URL[]::new);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
