package io.pithead.miner.chain;

import java.util.regex.Pattern;

/** No node of the chain gives a good answer. What was asked is not known by that. */
public final class RpcException extends ChainException {
    private static final long serialVersionUID = 1L;
    private static final int MAX = 300;
    private static final Pattern REVERT = Pattern.compile("(?is).*\\brevert.*");
    private static final int REVERTED = 3;

    private final boolean refused;
    private final int code;
    private final String data;

    RpcException(String message) {
        super(line(message));
        refused = false;
        code = 0;
        data = "";
    }

    /** A node's own error. @param data what the contract returned, in hexadecimal, or nothing */
    RpcException(int code, String message, String data) {
        super("the node answers: " + line(message));
        refused = true;
        this.code = code;
        this.data = data;
    }

    /** The node has understood, and says no: asking again brings the same. */
    boolean isRefusal() {
        return refused;
    }

    /** What was asked is refused by the contract, not by the node. */
    boolean isOfTheContract() {
        return refused
                && (code == REVERTED
                        || data.length() > 2
                        || REVERT.matcher(String.valueOf(getMessage())).matches());
    }

    String data() {
        return data;
    }

    /** It goes to a terminal and to a log. */
    static String line(String text) {
        String plain = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return plain.length() <= MAX ? plain : plain.substring(0, MAX);
    }
}
