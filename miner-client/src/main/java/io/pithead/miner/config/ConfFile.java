package io.pithead.miner.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code KEY=value} lines as a shell would, without one: comments, {@code export}, single and double quotes,
 * backslashes. Of everything a shell would expand only {@code $(hostname)} is known, because the guide's file has it;
 * anything else that starts with a dollar sign or a backtick is refused rather than taken for text.
 */
final class ConfFile {
    private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)");
    private static final String HOSTNAME = "$(hostname)";

    private final String hostname;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private ConfFile(String hostname) {
        this.hostname = hostname;
    }

    record Parsed(Map<String, String> values, List<String> problems) {}

    static Parsed parse(String text, String hostname) {
        var file = new ConfFile(hostname);
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            file.line(++number, line);
        }
        return new Parsed(file.values, file.problems);
    }

    private void line(int number, String line) {
        if (line.isBlank() || line.stripLeading().startsWith("#")) {
            return;
        }
        Matcher form = LINE.matcher(line);
        if (!form.matches()) {
            problems.add("line " + number + ": expected KEY=value");
            return;
        }
        try {
            values.put(form.group(1), new Value(form.group(2)).read());
        } catch (IllegalArgumentException e) {
            problems.add("line " + number + ": " + form.group(1) + ": " + e.getMessage());
        }
    }

    /** One value: quoted and unquoted pieces side by side, up to a blank; then nothing but a comment may follow. */
    private final class Value {
        private final String text;
        private final StringBuilder out = new StringBuilder();
        private int at;

        Value(String text) {
            this.text = text;
        }

        String read() {
            while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
                piece();
            }
            String rest = text.substring(at).strip();
            if (!rest.isEmpty() && !rest.startsWith("#")) {
                throw new IllegalArgumentException("text after the value; put a value with blanks in quotes");
            }
            return out.toString();
        }

        private void piece() {
            char c = text.charAt(at);
            switch (c) {
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '\\' -> escaped();
                case '$', '`' -> expansion();
                default -> {
                    out.append(c);
                    at++;
                }
            }
        }

        private void singleQuoted() {
            int end = text.indexOf('\'', at + 1);
            if (end < 0) {
                throw new IllegalArgumentException("a single quote is not closed");
            }
            out.append(text, at + 1, end);
            at = end + 1;
        }

        private void doubleQuoted() {
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                char c = text.charAt(at);
                if (c == '$' || c == '`') {
                    expansion();
                } else if (c == '\\' && at + 1 < text.length() && "\"\\$`".indexOf(text.charAt(at + 1)) >= 0) {
                    out.append(text.charAt(at + 1));
                    at += 2;
                } else {
                    out.append(c);
                    at++;
                }
            }
            if (at == text.length()) {
                throw new IllegalArgumentException("a double quote is not closed");
            }
            at++;
        }

        private void escaped() {
            if (at + 1 == text.length()) {
                throw new IllegalArgumentException("a value cannot go on in the next line");
            }
            out.append(text.charAt(at + 1));
            at += 2;
        }

        private void expansion() {
            if (!text.startsWith(HOSTNAME, at)) {
                throw new IllegalArgumentException(
                        "only $(hostname) is expanded; put a value with $ or ` in single quotes");
            }
            out.append(hostname);
            at += HOSTNAME.length();
        }
    }
}
