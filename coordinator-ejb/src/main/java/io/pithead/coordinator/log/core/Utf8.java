package io.pithead.coordinator.log.core;

/** Cuts bytes so that no character is torn. */
public final class Utf8 {
    private static final int MAX_CONTINUATION = 3;

    private Utf8() {}

    /** How many bytes at the beginning belong to a character whose beginning is not here. */
    public static int torn(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && at < MAX_CONTINUATION && isContinuation(bytes[at])) {
            at++;
        }
        return at < bytes.length && isContinuation(bytes[at]) ? 0 : at;
    }

    /** The longest length up to {@code limit} that does not end within a character; {@code limit} if that were nothing. */
    public static int cut(byte[] bytes, int limit) {
        if (limit >= bytes.length) {
            return bytes.length;
        }
        int at = limit;
        while (at > 0 && limit - at < MAX_CONTINUATION && isContinuation(bytes[at])) {
            at--;
        }
        return at == 0 || isContinuation(bytes[at]) ? limit : at;
    }

    private static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }
}
