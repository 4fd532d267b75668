package io.pithead.coordinator.webhook.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final byte[] BODY = "{\"event\":\"job.completed\"}".getBytes(StandardCharsets.UTF_8);

    /** Made with: printf '1700000000.%s' '{"event":"job.completed"}' | openssl dgst -sha256 -hmac whsec_test */
    @Test
    void the_signature_is_what_any_other_tool_computes() {
        assertThat(Signature.header("whsec_test", 1_700_000_000L, BODY))
                .isEqualTo("t=1700000000,v1=51be9920773f454007b9aaf2ef84578604f287a1ad8b1cf6918458c66aac6bd8");
    }

    @Test
    void it_depends_on_secret_time_and_body() {
        String signed = Signature.header("a", 1, BODY);

        assertThat(Signature.header("b", 1, BODY)).isNotEqualTo(signed);
        assertThat(Signature.header("a", 2, BODY).replace("t=2", "t=1")).isNotEqualTo(signed);
        assertThat(Signature.header("a", 1, new byte[] {1})).isNotEqualTo(signed);
    }
}
