package io.pithead.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pithead completion bash|zsh}. */
@picocli.CommandLine.Command(
        name = "completion",
        description = "Prints what completes commands: source <(pithead completion bash)",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    private static final String FOR_ZSH = "autoload -U +X bashcompinit && bashcompinit\n";

    /** It is one script, which the other shell reads with its help. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private @Nullable Shell shell;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("pithead", spec.root().commandLine());
        var out = spec.commandLine().getOut();
        out.print(shell == Shell.zsh ? FOR_ZSH + script : script);
        out.flush();
        return Exit.OK;
    }
}
