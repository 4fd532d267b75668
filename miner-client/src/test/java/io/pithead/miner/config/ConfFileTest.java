package io.pithead.miner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConfFileTest {
    /** Section 3 of the AITBC guide, to the letter. */
    private static final String GUIDE = """
            # AITBC Miner config
            COORD_URL="https://coordinator.example.net"    # Coordinator base URL
            WALLET_ADDR="wallet1qxy2kgdygjrsqtzq2n0yrf..." # Your payout address
            API_KEY="REPLACE_WITH_WALLET_API_KEY"          # Wallet‑issued key for auth
            MINER_ID="$(hostname)-gpu0"                     # Any stable node label
            WORK_DIR="/tmp/aitbc-work"                      # Scratch space
            HEARTBEAT_SECS=20                                # Health ping interval
            JOB_POLL_SECS=3                                  # Fetch cadence
            MAX_CONCURRENCY=1                                # Inference job slots
            # GPU modes: auto|gpu|cpu
            ACCEL_MODE="auto"
            """;

    private static Map<String, String> values(String text) {
        var parsed = ConfFile.parse(text, "ubuntu");
        assertThat(parsed.problems()).isEmpty();
        return parsed.values();
    }

    private static String problem(String text) {
        var parsed = ConfFile.parse(text, "ubuntu");
        assertThat(parsed.problems()).hasSize(1);
        assertThat(parsed.values()).isEmpty();
        return parsed.problems().getFirst();
    }

    @Test
    void the_guides_file_is_read_as_it_stands() {
        assertThat(values(GUIDE))
                .containsEntry("COORD_URL", "https://coordinator.example.net")
                .containsEntry("WALLET_ADDR", "wallet1qxy2kgdygjrsqtzq2n0yrf...")
                .containsEntry("API_KEY", "REPLACE_WITH_WALLET_API_KEY")
                .containsEntry("MINER_ID", "ubuntu-gpu0")
                .containsEntry("WORK_DIR", "/tmp/aitbc-work")
                .containsEntry("HEARTBEAT_SECS", "20")
                .containsEntry("JOB_POLL_SECS", "3")
                .containsEntry("MAX_CONCURRENCY", "1")
                .containsEntry("ACCEL_MODE", "auto")
                .hasSize(9);
    }

    @Test
    void quotes_escapes_and_exports_mean_what_a_shell_takes_them_for() {
        assertThat(values("A='$(reboot) `x` \"'")).containsEntry("A", "$(reboot) `x` \"");
        assertThat(values("A=\"a\\\"b\\$c\\n\"")).containsEntry("A", "a\"b$c\\n");
        assertThat(values("export A=b\\ c")).containsEntry("A", "b c");
        assertThat(values("A=a\"b\"'c'")).containsEntry("A", "abc");
        assertThat(values("A=a#b")).containsEntry("A", "a#b");
        assertThat(values("A=")).containsEntry("A", "");
        assertThat(values("A=1\r\nA=2\r\n")).containsEntry("A", "2");
    }

    @Test
    void what_a_shell_would_run_is_refused() {
        assertThat(problem("A=$(reboot)")).contains("line 1").contains("A").contains("only $(hostname)");
        assertThat(problem("A=\"$HOME\"")).contains("single quotes");
        assertThat(problem("A=`id`")).contains("single quotes");
    }

    @Test
    void a_line_that_is_no_setting_is_named_by_its_number() {
        assertThat(problem("\n# fine\nnonsense")).startsWith("line 3:");
        assertThat(problem("A=\"open")).contains("not closed");
        assertThat(problem("A='open")).contains("not closed");
        assertThat(problem("A=two words")).contains("quotes");
        assertThat(problem("A=on\\")).contains("next line");
    }

    @Property
    void single_quotes_keep_any_text(@ForAll String text) {
        String oneLine = text.replaceAll("[\r\n']", "").replaceAll("\\p{Zl}|\\p{Zp}|\u0085|\u2028|\u2029", "");
        assertThat(values("A='" + oneLine + "'")).containsEntry("A", oneLine);
    }

    @Property
    void no_text_makes_the_reader_fail(@ForAll String text) {
        assertThat(ConfFile.parse(text, "h")).isNotNull();
    }
}
