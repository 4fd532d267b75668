package io.pithead.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/CLI.md names every command, and every command says what it does. */
class CliPageTest {
    private static List<CommandLine> leaves(CommandLine line) {
        if (line.getSubcommands().isEmpty()) {
            return List.of(line);
        }
        var leaves = new ArrayList<CommandLine>();
        line.getSubcommands().values().forEach(below -> leaves.addAll(leaves(below)));
        return leaves;
    }

    @Test
    void every_command_is_on_the_page_and_describes_itself() throws Exception {
        String page = Files.readString(Path.of("../docs/CLI.md"));

        assertThat(leaves(Cli.build())).hasSizeGreaterThan(40).allSatisfy(command -> {
            assertThat(page).contains("`" + command.getCommandSpec().qualifiedName() + "`");
            assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        });
    }
}
