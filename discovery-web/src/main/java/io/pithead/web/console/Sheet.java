package io.pithead.web.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page, ready to be written.
 *
 * @param name whose page it is
 * @param csrf what each form must bring along
 * @param nav empty for a page that stands alone
 */
public record Sheet(
        String title,
        List<Item> trail,
        @Nullable String name,
        @Nullable String csrf,
        List<Group> nav,
        List<Block> blocks) {
    public Sheet {
        trail = List.copyOf(trail);
        nav = List.copyOf(nav);
        blocks = List.copyOf(blocks);
    }

    public record Group(String name, List<Item> items) {
        public Group {
            items = List.copyOf(items);
        }
    }

    public record Item(String name, String href, boolean current) {}

    /** A page without navigation. */
    static Sheet bare(String title, List<Block> blocks) {
        return new Sheet(title, List.of(), null, null, List.of(), blocks);
    }

    public String file(String name) {
        return StaticFile.path(name);
    }

    /** Where the page goes by itself, with or without script. */
    public @Nullable String onward() {
        return blocks.stream()
                .filter(block -> block instanceof Block.Onward onward && onward.atOnce())
                .map(block -> ((Block.Onward) block).href())
                .findFirst()
                .orElse(null);
    }

    public boolean plots() {
        return hasCharts(blocks);
    }

    private static boolean hasCharts(List<Block> blocks) {
        return blocks.stream()
                .anyMatch(block -> block instanceof Block.Charts
                        || (block instanceof Block.Live live && hasCharts(live.blocks())));
    }
}
