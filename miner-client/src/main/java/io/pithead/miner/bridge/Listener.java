package io.pithead.miner.bridge;

import io.pithead.miner.bridge.core.Line;
import io.pithead.miner.bridge.core.Refused;

/** Does what a line says; called from many threads. */
public interface Listener {
    void said(Line line) throws Refused, InterruptedException;
}
