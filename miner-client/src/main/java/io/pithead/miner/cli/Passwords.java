package io.pithead.miner.cli;

import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.WalletConfig;
import java.io.Console;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The password of a key: out of a file, or typed. There is no flag for it, because flags are public. */
final class Passwords {
    private static final int MAX_BYTES = 1_024;

    private Passwords() {}

    static char[] known(WalletConfig config) throws ConfigException {
        return config.passwordFile().isPresent()
                ? read(config.passwordFile().get())
                : asked(console(config), "Password of " + config.file() + ": ");
    }

    /** Typed twice. */
    static char[] fresh(WalletConfig config) throws ConfigException {
        if (config.passwordFile().isPresent()) {
            return read(config.passwordFile().get());
        }
        char[] password = asked(console(config), "New password for " + config.file() + ": ");
        char[] again = asked(console(config), "The same again: ");
        boolean same = Arrays.equals(password, again);
        Arrays.fill(again, '\0');
        if (!same) {
            Arrays.fill(password, '\0');
            throw unusable("the two passwords differ");
        }
        return password;
    }

    private static Console console(WalletConfig config) throws ConfigException {
        Console console = System.console();
        if (console == null || !Terminal.isTypedInto()) {
            throw unusable("nobody can be asked for the password here: set " + config.passwordKey());
        }
        return console;
    }

    private static char[] asked(Console console, String question) throws ConfigException {
        char[] typed = console.readPassword("%s", question);
        if (typed == null) {
            throw unusable("no password was typed");
        }
        return typed;
    }

    private static char[] read(Path file) throws ConfigException {
        try {
            Set<PosixFilePermission> granted = Files.getPosixFilePermissions(file);
            if (granted.stream().anyMatch(permission -> !permission.name().startsWith("OWNER_"))) {
                throw unusable(file + " is open to others: chmod 600 " + file);
            }
            byte[] bytes;
            try (var in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_BYTES);
            }
            CharBuffer text = StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(bytes));
            Arrays.fill(bytes, (byte) 0);
            return withoutLineEnd(text);
        } catch (IOException e) {
            throw unusable(file + " cannot be read");
        }
    }

    /** An editor ends the last line; that is not part of the password. */
    private static char[] withoutLineEnd(CharBuffer text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        char[] password = new char[end];
        text.get(password);
        Arrays.fill(text.array(), '\0');
        return password;
    }

    private static ConfigException unusable(String problem) {
        return new ConfigException(List.of(problem));
    }
}
