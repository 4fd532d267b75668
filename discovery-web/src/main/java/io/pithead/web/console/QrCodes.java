package io.pithead.web.console;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/** Draws texts as QR codes, where the page is made: a secret goes nowhere else. */
final class QrCodes {
    /** Left free on each side, as the standard asks for. */
    static final int QUIET = 4;

    private QrCodes() {}

    static Block.QrCode of(String label, String text) {
        ByteMatrix matrix = matrix(text);
        var path = new StringBuilder();
        for (int y = 0; y < matrix.getHeight(); y++) {
            for (int x = 0; x < matrix.getWidth(); x++) {
                if (matrix.get(x, y) == 1) {
                    path.append('M')
                            .append(x + QUIET)
                            .append(' ')
                            .append(y + QUIET)
                            .append("h1v1h-1z");
                }
            }
        }
        return new Block.QrCode(label, matrix.getWidth() + 2 * QUIET, path.toString());
    }

    private static ByteMatrix matrix(String text) {
        try {
            return Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
        } catch (WriterException e) {
            // its message could tell the text
            throw new IllegalArgumentException("a text of " + text.length() + " characters fits no QR code");
        }
    }
}
