package io.pithead.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands that a page prints. */
final class Handbook {
    private static final String FENCE = "```";
    private static final Pattern HEADING = Pattern.compile("#{1,2} (.*)");

    private Handbook() {}

    /** A block of commands under its heading, as it is printed. */
    record Block(String heading, String language, String text) {}

    static List<Block> blocks(Path page) throws IOException {
        var blocks = new ArrayList<Block>();
        String heading = "";
        String language = "";
        @Nullable StringBuilder text = null;
        for (String line : Files.readAllLines(page)) {
            if (line.strip().startsWith(FENCE)) {
                if (text == null) {
                    language = line.strip().substring(FENCE.length());
                    text = new StringBuilder();
                } else {
                    blocks.add(new Block(heading, language, text.toString()));
                    text = null;
                }
            } else if (text != null) {
                text.append(line).append('\n');
            } else if (HEADING.matcher(line).matches()) {
                heading = HEADING.matcher(line).replaceFirst("$1");
            }
        }
        return blocks;
    }
}
