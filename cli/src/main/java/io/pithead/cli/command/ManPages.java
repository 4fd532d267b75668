package io.pithead.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes a page of section 1 for each command, in the man macros of roff (man-pages(7)), from what the commands say of themselves. */
public final class ManPages {
    private ManPages() {}

    /** @param arguments the folder */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]));
    }

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, Cli.build());
    }

    private static void write(Path folder, CommandLine line) throws IOException {
        CommandSpec spec = line.getCommandSpec();
        Files.writeString(folder.resolve(name(spec) + ".1"), page(spec));
        for (CommandLine below : line.getSubcommands().values()) {
            write(folder, below);
        }
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    static String page(CommandSpec spec) {
        var page = new StringBuilder();
        String about = String.join(" ", spec.usageMessage().description());
        // no date: the same sources make the same page
        page.append(".TH \"%s\" 1 \"\" \"pithead %s\" \"Pithead\"%n"
                .formatted(name(spec).toUpperCase(java.util.Locale.ROOT), escape(Version.TEXT)));
        page.append(".SH NAME%n%s \\- %s%n".formatted(escape(name(spec)), escape(about)));
        page.append(".SH SYNOPSIS%n.B %s%n%s%n".formatted(escape(spec.qualifiedName()), escape(synopsis(spec))));
        page.append(".SH DESCRIPTION%n%s%n".formatted(escape(about)));
        arguments(page, spec.positionalParameters());
        options(page, spec.options());
        commands(page, spec);
        exits(page, spec.root());
        related(page, spec);
        return page.toString();
    }

    private static String synopsis(CommandSpec spec) {
        String options = spec.options().isEmpty() ? "" : "[OPTION...] ";
        String command = spec.subcommands().isEmpty() ? "" : "COMMAND";
        return options
                + command
                + spec.positionalParameters().stream()
                        .map(one -> one.arity().min() == 0 ? "[" + one.paramLabel() + "]" : one.paramLabel())
                        .collect(java.util.stream.Collectors.joining(" "));
    }

    private static void arguments(StringBuilder page, List<PositionalParamSpec> all) {
        if (!all.isEmpty()) {
            page.append(".SH ARGUMENTS%n".formatted());
            all.forEach(one -> entry(page, one.paramLabel(), one));
        }
    }

    private static void options(StringBuilder page, List<OptionSpec> all) {
        if (!all.isEmpty()) {
            page.append(".SH OPTIONS%n".formatted());
            all.stream().filter(one -> !one.hidden()).forEach(one -> {
                String label = one.arity().max() == 0 ? "" : " " + one.paramLabel();
                entry(page, String.join(", ", one.names()) + label, one);
            });
        }
    }

    private static void entry(StringBuilder page, String term, ArgSpec arg) {
        page.append(".TP%n.B %s%n%s%n".formatted(escape(term), escape(String.join(" ", arg.renderedDescription()))));
    }

    private static void commands(StringBuilder page, CommandSpec spec) {
        if (!spec.subcommands().isEmpty()) {
            page.append(".SH COMMANDS%n".formatted());
            spec.subcommands()
                    .forEach((word, below) -> page.append(".TP%n.B %s%n%s%n"
                            .formatted(
                                    escape(word),
                                    escape(String.join(
                                            " ",
                                            below.getCommandSpec()
                                                    .usageMessage()
                                                    .description())))));
        }
    }

    private static void exits(StringBuilder page, CommandSpec root) {
        page.append(".SH EXIT STATUS%n".formatted());
        root.usageMessage()
                .exitCodeList()
                .forEach((code, means) -> page.append(".TP%n.B %s%n%s%n".formatted(code, escape(means))));
    }

    private static void related(StringBuilder page, CommandSpec spec) {
        List<String> names = new java.util.ArrayList<>();
        if (spec.parent() != null) {
            names.add(name(spec.parent()));
        }
        spec.subcommands().values().forEach(below -> names.add(name(below.getCommandSpec())));
        if (!names.isEmpty()) {
            page.append(".SH SEE ALSO%n%s%n"
                    .formatted(String.join(
                            ", ", names.stream().map(one -> escape(one) + "(1)").toList())));
        }
    }

    /** A backslash, a hyphen, and a line that begins as a request does mean something to roff. */
    private static String escape(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
