package io.pithead.web.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QrCodesTest {
    private static final int SCALE = 4;
    private static final Pattern MODULE = Pattern.compile("M(\\d+) (\\d+)h1v1h-1z");

    /** What a camera would see of the path. */
    private static String read(Block.QrCode code) throws Exception {
        int side = code.side() * SCALE;
        int[] pixels = new int[side * side];
        Arrays.fill(pixels, 0xffffff);
        var modules = MODULE.matcher(code.path());
        while (modules.find()) {
            for (int i = 0; i < SCALE * SCALE; i++) {
                int x = Integer.parseInt(modules.group(1)) * SCALE + i % SCALE;
                int y = Integer.parseInt(modules.group(2)) * SCALE + i / SCALE;
                pixels[y * side + x] = 0;
            }
        }
        var image = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(side, side, pixels)));
        return new QRCodeReader().decode(image).getText();
    }

    @Test
    void a_camera_reads_the_text() throws Exception {
        String uri = "otpauth://totp/Pithead%3Aada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Pithead";

        assertThat(read(QrCodes.of("code", uri))).isEqualTo(uri);
    }

    @Test
    void what_is_too_long_is_refused_without_being_told() {
        String secret = "x".repeat(5_000);

        assertThatThrownBy(() -> QrCodes.of("code", secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a text of 5000 characters fits no QR code")
                .hasNoCause();
    }
}
