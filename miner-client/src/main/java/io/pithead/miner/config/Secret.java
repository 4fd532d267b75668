package io.pithead.miner.config;

/** A text that no log line and no message shows. */
public record Secret(String text) {
    @Override
    public String toString() {
        return "***";
    }
}
