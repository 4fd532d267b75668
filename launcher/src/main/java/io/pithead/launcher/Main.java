package io.pithead.launcher;

/** The entry. Compiled for Java 8, so that a Java that is too old gets a sentence and not a stack trace. */
public final class Main {
    private static final int OLDEST_JAVA = 21;
    private static final int EXIT_CANNOT_START = 2;

    private Main() {}

    public static void main(String[] args) throws Exception {
        String version = System.getProperty("java.specification.version");
        if (majorOf(version) < OLDEST_JAVA) {
            System.err.println("pithead: this is Java " + version + " (" + System.getProperty("java.home")
                    + "), Pithead needs Java " + OLDEST_JAVA + " or newer: start it with the java of a newer JDK");
            System.exit(EXIT_CANNOT_START);
        }
        Class.forName("io.pithead.launcher.PitheadCommand")
                .getMethod("main", String[].class)
                .invoke(null, (Object) args);
    }

    private static int majorOf(String version) {
        return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    }
}
